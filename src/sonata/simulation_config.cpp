// SPDX-License-Identifier: Apache-2.0
#include "sonata/simulation_config.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "sonata/node_sets.hpp"

namespace engram::sonata {
namespace {

class SimulationReader {
public:
    explicit SimulationReader(const SimulationContext& context)
        : c_(context),
          config_(context.config),
          sets_(config_.file(config_.json(), "", "node_sets_file", false), context.nodes,
                context.findings) {}

    void read() {
        read_run();
        if (sets_.file_missing())
            config_.warning(
                fmt::format("node_sets_file '{}' does not exist: only populations are "
                            "node sets",
                            sets_.path()));
        const Json inputs = config_.section(config_.json(), "inputs");
        for (const auto& [name, input] : inputs.items()) read_input(name, input);
        read_output();
        const Json reports = config_.section(config_.json(), "reports");
        for (const auto& [name, report] : reports.items()) read_report(name, report);
    }

private:
    void problem(const std::string& text) const { config_.problem(text); }

    void read_run() {
        if (!config_.json().contains("run")) return;  // a circuit alone
        const Json run = config_.section(config_.json(), "run");
        config_.know(run, "run",
                     {"tstop", "tstart", "dt", "random_seed", "nsteps_block", "dL",
                      "spike_threshold", "overwrite_output_dir"});
        for (const char* key : {"tstop", "dt"})
            if (!run.contains(key)) problem(fmt::format("run.{} is missing. Set it (ms)", key));
        c_.network.duration = config_.number(run, "run", "tstop", 0.0);
        c_.network.resolution = config_.number(run, "run", "dt", 0.1);
        if (config_.number(run, "run", "tstart", 0.0) != 0.0)
            problem("run.tstart (runs begin at 0 ms). Remove it");
        const double seed = config_.number(run, "run", "random_seed", 1.0);
        if (seed >= 0.0 && seed < 9e15 &&
            seed == static_cast<double>(static_cast<std::uint64_t>(seed)))
            c_.network.seed = static_cast<std::uint64_t>(seed);
        else problem("run.random_seed (must be a whole number from 0 on)");
    }

    /// The nodes of a set that a member names; nothing, and a problem noted, where it is unknown.
    std::optional<NodeSet> node_set(const std::string& where, const Json& wanted) {
        if (wanted.is_object()) return sets_.basic(where, wanted);
        const std::string name = wanted.is_string() ? wanted.get<std::string>() : "";
        if (sets_.known(name)) return sets_.nodes(name);
        problem(fmt::format("{} = '{}' (there is no such node set{}). {}", where, name,
                            sets_.file_missing() ? ", nor the file of node sets" : "",
                            suggestion(name, sets_.names())));
        return std::nullopt;
    }

    void read_input(const std::string& name, const Json& input) {
        const std::string where = "inputs." + name;
        if (!input.is_object()) return problem(where + " (must be an object)");
        if (input.value("enabled", Json(true)) == Json(false)) return;
        config_.know(input, where,
                     {"input_type", "module", "input_file", "node_set", "enabled", "trial"});
        const std::string type = config_.text(input, where, "input_type", false);
        const std::string module = config_.text(input, where, "module", false);
        if (!type.empty() && type != "spikes")
            return problem(
                fmt::format("{}.input_type = {} (is not supported). Use spikes", where, type));
        if (!module.empty() && module != "h5" && module != "sonata")
            return problem(
                fmt::format("{}.module = {} (is not supported). Use h5 or sonata, with a "
                            "SONATA spike file",
                            where, module));
        const std::string file = config_.file(input, where, "input_file", true);
        std::error_code failed;
        if (!file.empty() && !std::filesystem::exists(file, failed))
            problem(
                fmt::format("{}.input_file '{}' (there is no such file). Check the name and "
                            "the folder",
                            where, file));
        if (!input.contains("node_set"))
            return problem(where + ".node_set is missing. Name the population that spikes");
        const auto nodes = node_set(where + ".node_set", input.at("node_set"));
        if (nodes && !file.empty()) drive(where, *nodes, file);
    }

    /// Lets virtual nodes spike as a file says.
    void drive(const std::string& where, const NodeSet& nodes, const std::string& file) {
        for (const auto& population : c_.nodes) {
            const auto wanted = nodes.find(population.name);
            if (wanted == nodes.end()) continue;
            bool driven = false;
            for (const auto& part : population.parts) {
                if (!part.is_virtual) continue;
                const std::set<std::uint64_t> all(part.nodes.begin(), part.nodes.end());
                if (all != wanted->second) continue;
                add_file(part.population, file);
                driven = true;
            }
            if (!driven)
                problem(
                    fmt::format("{}.node_set (its nodes of '{}' are not the population's "
                                "virtual ones, all of them). Name the population",
                                where, population.name));
        }
    }

    void add_file(const std::string& population, const std::string& file) {
        for (auto& p : c_.network.populations) {
            if (p.name != population) continue;
            auto& value = p.parameters.try_emplace("spike_file", std::vector<std::string>{})
                              .first->second.value;
            std::get<std::vector<std::string>>(value).push_back(file);
        }
    }

    /// The name of a recorder that writes this file.
    std::string recorder_name(const std::string& where, const std::string& file) {
        const std::filesystem::path path(file);
        if (path.has_parent_path() || path.extension() != ".h5" || path.stem().empty())
            problem(
                fmt::format("{} = {} (must be NAME.h5, without a folder: it is written to "
                            "output_dir). Rename it",
                            where, file));
        return path.stem().string();
    }

    void read_output() {
        const Json output = config_.section(config_.json(), "output");
        config_.know(output, "output",
                     {"output_dir", "spikes_file", "spikes_sort_order", "log_file", "log_level",
                      "log_to_console", "overwrite_output_dir", "quiet_mode"});
        c_.output = config_.file(output, "output", "output_dir", false);
        const std::string order = config_.text(output, "output", "spikes_sort_order", false);
        if (!order.empty() && order != "time" && order != "by_time" && order != "none")
            problem(
                fmt::format("output.spikes_sort_order = {} (is not supported: spikes are "
                            "sorted by time). Write time",
                            order));
        std::string file = config_.text(output, "output", "spikes_file", false);
        if (file.empty()) file = "spikes.h5";
        std::vector<std::string> from;
        for (const auto& population : c_.nodes)
            for (const auto& part : population.parts)
                if (!part.is_virtual) from.push_back(part.population);
        if (!from.empty() && config_.json().contains("run"))
            c_.network.recorder(recorder_name("output.spikes_file", file), "spike_recorder", from);
    }

    void read_report(const std::string& name, const Json& report) {
        const std::string where = "reports." + name;
        if (!report.is_object()) return problem(where + " (must be an object)");
        if (report.value("enabled", Json(true)) == Json(false)) return;
        config_.know(report, where,
                     {"cells", "variable_name", "module", "sections", "dt", "start_time",
                      "end_time", "file_name", "format", "unit", "enabled"});
        const std::string module = config_.text(report, where, "module", false);
        if (!module.empty() && module != "membrane_report" && module != "multimeter_report")
            return problem(
                fmt::format("{}.module = {} (is not supported). Use membrane_report or "
                            "multimeter_report",
                            where, module));
        const std::string format = config_.text(report, where, "format", false);
        if (!format.empty() && format != "HDF5")
            problem(fmt::format("{}.format = {} (is not supported). Use HDF5", where, format));
        if (!report.contains("cells") || !report.contains("variable_name"))
            return problem(where + " (cells and variable_name are needed). Set them");
        const Json& cells = report.at("cells");
        if (sets_.file_missing() && cells.is_string() && !sets_.known(cells.get<std::string>()))
            return config_.warning(
                fmt::format("report '{}' is not written: its cells '{}' are in "
                            "no node sets file",
                            name, cells.get<std::string>()));
        if (const auto nodes = node_set(where + ".cells", cells))
            sample(where, name, report, *nodes);
    }

    void sample(const std::string& where, const std::string& name, const Json& report,
                const NodeSet& nodes) {
        Parameters parameters;
        parameters["record_from"] = variables(where, report.at("variable_name"));
        parameters["interval"] = config_.number(report, where, "dt", c_.network.resolution);
        parameters["start"] = config_.number(report, where, "start_time", 0.0);
        if (report.contains("end_time"))
            parameters["stop"] = config_.number(report, where, "end_time", 0.0);
        const std::string file = config_.text(report, where, "file_name", false);
        const std::string recorder =
            recorder_name(where + ".file_name", file.empty() ? name + ".h5" : file);
        std::vector<std::string> from;
        for (const auto& population : c_.nodes) {
            const auto wanted = nodes.find(population.name);
            if (wanted == nodes.end()) continue;
            for (const auto& part : population.parts) {
                const auto chosen = neurons(part, wanted->second);
                if (chosen.empty()) continue;
                if (part.is_virtual)
                    problem(
                        fmt::format("{}.cells (nodes of '{}' are virtual: they have no state). "
                                    "Name others",
                                    where, population.name));
                else from.push_back(part.population);
                if (chosen.size() < part.nodes.size()) parameters["neurons"] = chosen;
            }
        }
        if (from.empty()) return problem(where + ".cells (are no neurons). Name others");
        if (from.size() > 1 && parameters.contains("neurons"))
            return problem(
                fmt::format("{}.cells (some neurons of several populations or models "
                            "are not supported). Write one report for each",
                            where));
        c_.network.recorder(recorder, "multimeter", from, std::move(parameters));
    }

    /// Neurons of a part that are among the nodes.
    static std::vector<double> neurons(const NodePopulation::Part& part,
                                       const std::set<std::uint64_t>& nodes) {
        std::vector<double> result;
        for (std::size_t i = 0; i < part.nodes.size(); ++i)
            if (nodes.contains(part.nodes[i])) result.push_back(static_cast<double>(i));
        return result;
    }

    std::vector<std::string> variables(const std::string& where, const Json& names) {
        std::vector<std::string> result;
        if (names.is_string()) return {names.get<std::string>()};
        if (names.is_array())
            for (const auto& name : names)
                if (name.is_string()) result.push_back(name.get<std::string>());
        if (result.empty())
            problem(fmt::format("{}.variable_name (must be a text). Write V_m", where));
        return result;
    }

    const SimulationContext& c_;
    const ConfigFile& config_;
    NodeSets sets_;
};

}  // namespace

void read_simulation(const SimulationContext& context) { SimulationReader(context).read(); }

}  // namespace engram::sonata
