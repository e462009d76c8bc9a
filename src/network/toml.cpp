// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "engram/error.hpp"

#include "core/nearest.hpp"
#include "core/readable.hpp"
#include "network/toml_overrides.hpp"
#include "network/toml_projection.hpp"
#include "network/toml_value.hpp"

namespace engram {
namespace {

toml::table parse_file(const std::string& text, const std::string& origin) {
    try {
        return toml::parse(text, origin);
    } catch (const toml::parse_error& error) {
        throw Error(fmt::format("{}:{}: {}", origin.empty() ? "network" : origin,
                                error.source().begin.line, error.description()));
    }
}

/// Fills a description from the parsed file, section by section.
class FileReader {
public:
    FileReader(const toml::table& file, NetworkDescription& network)
        : network_(network), sections_(in_file_order(file)) {}

    void read() {
        for (const auto& section : sections_) {
            if (section.key == "simulation") read_simulation(section);
            else if (section.key == "synapse_models")
                each_part(section, &FileReader::read_synapse_model);
            else if (section.key == "populations") each_part(section, &FileReader::read_population);
            else if (section.key == "devices") each_part(section, &FileReader::read_device);
            else if (section.key == "recorders") each_part(section, &FileReader::read_recorder);
            else if (section.key == "projections") read_projections(section);
            else if (section.key == "checkpoints") read_checkpoints(section);
            else if (section.key == "guard") read_guard(section);
            else unknown(section);
        }
    }

private:
    using ReadPart = void (FileReader::*)(const std::string& name, int line,
                                          const toml::table& table);

    void problem(const TomlEntry& at, const std::string& text) {
        network_.problems.push_back({text, at.line});
    }

    void unknown(const TomlEntry& section) {
        problem(section, fmt::format("unknown section '{}'. {}", section.key,
                                     suggestion(section.key, section_names())));
    }

    TomlTable part(const std::string& kind, const std::string& name, int line,
                   const toml::table& table) {
        return {table, Place(network_.problems, fmt::format("{} '{}'", kind, name), line)};
    }

    /// A section without parts; nothing, and a problem noted, where it is none.
    std::optional<TomlTable> plain_section(const TomlEntry& section) {
        if (const auto* table = section.node->as_table())
            return TomlTable(*table, Place(network_.problems, section.key, section.line));
        problem(section,
                fmt::format("{} must be a section. Write it as [{}]", section.key, section.key));
        return std::nullopt;
    }

    void read_simulation(const TomlEntry& section) {
        const auto table = plain_section(section);
        if (!table) return;
        table->allow_only({"resolution", "seed", "duration", "weight_precision"});
        network_.resolution = table->number("resolution", network_.resolution);
        network_.seed = table->count("seed", network_.seed);
        network_.duration = table->number("duration", network_.duration);
        network_.weight_precision =
            table->text("weight_precision", network_.weight_precision, "single");
    }

    void each_part(const TomlEntry& section, ReadPart read_part) {
        const auto* table = section.node->as_table();
        if (!table)
            return problem(section, fmt::format("{} must have names. Write them as [{}.NAME]",
                                                section.key, section.key));
        for (const auto& entry : in_file_order(*table)) {
            if (const auto* inner = entry.node->as_table())
                (this->*read_part)(entry.key, entry.line, *inner);
            else
                problem(entry, fmt::format("{}: '{}' is no part. Write it as [{}.{}]", section.key,
                                           entry.key, section.key, entry.key));
        }
    }

    void read_synapse_model(const std::string& name, int line, const toml::table& table) {
        const TomlTable model = part("synapse model", name, line, table);
        network_.synapse_models.push_back(
            {name, model.text("copy_of"), model.parameters({"copy_of"}), line});
    }

    void read_population(const std::string& name, int line, const toml::table& table) {
        const TomlTable population = part("population", name, line, table);
        // A wrong size is noted once: here. A missing one counts as 0, which the check of the whole
        // reports.
        const std::uint64_t size = population.find("size") ? population.count("size", 1) : 0;
        Parameters parameters = population.parameters({"model", "size"});
        place_beside(std::filesystem::path(network_.origin).parent_path(), parameters,
                     "spike_file");
        network_.populations.push_back(
            {name, population.text("model"), size, std::move(parameters), line});
    }

    void read_device(const std::string& name, int line, const toml::table& table) {
        const TomlTable device = part("device", name, line, table);
        network_.devices.push_back(
            {name, device.text("model"), device.parameters({"model"}), line});
    }

    void read_recorder(const std::string& name, int line, const toml::table& table) {
        const TomlTable recorder = part("recorder", name, line, table);
        network_.recorders.push_back({name, recorder.text("model"), recorder.texts("from"),
                                      recorder.parameters({"model", "from"}), line});
    }

    void read_projections(const TomlEntry& section) {
        const auto* array = section.node->as_array();
        if (!array || !array->is_homogeneous(toml::node_type::table))
            return problem(section,
                           "projections must be a list of tables. Start each by [[projections]]");
        for (const auto& node : *array)
            network_.projections.push_back(read_projection(
                *node.as_table(), network_.projections.size(), network_.origin, network_.problems));
    }

    void read_checkpoints(const TomlEntry& section) {
        const auto table = plain_section(section);
        if (!table) return;
        table->allow_only({"every", "folder", "max_wall", "keep", "connectivity", "on_failure"});
        auto& options = network_.checkpoints;
        options.every = table->text("every", options.every, "10min");
        options.folder = table->text("folder", options.folder, "checkpoints");
        options.max_wall = table->text("max_wall", options.max_wall, "23h50m");
        options.keep = static_cast<int>(
            std::min<std::uint64_t>(table->count("keep", static_cast<std::uint64_t>(options.keep)),
                                    std::numeric_limits<int>::max()));
        options.connectivity = table->text("connectivity", options.connectivity, "store");
        options.on_failure = table->text("on_failure", options.on_failure, "stop");
        network_.checkpoints_line = section.line;
    }

    void read_guard(const TomlEntry& section) {
        const auto table = plain_section(section);
        if (!table) return;
        table->allow_only({"max_rate", "min_rate", "window"});
        auto& options = network_.guard;
        options.max_rate = table->number("max_rate", options.max_rate);
        options.min_rate = table->number("min_rate", options.min_rate);
        options.window = table->number("window", options.window);
        network_.guard_line = section.line;
    }

    NetworkDescription& network_;
    std::vector<TomlEntry> sections_;
};

}  // namespace

NetworkDescription parse_network(const std::string& text, const std::string& origin,
                                 const std::vector<std::string>& overrides) {
    toml::table file = parse_file(text, origin);
    NetworkDescription network;
    network.origin = origin;
    apply_overrides(file, overrides, network.problems);
    FileReader(file, network).read();
    return network;
}

NetworkDescription read_network(const std::string& path,
                                const std::vector<std::string>& overrides) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (const std::string why = why_unreadable(path); !why.empty())
        throw Error(
            fmt::format("{} (cannot be read: {}). Give the path of a network file that "
                        "you may read",
                        path, why));
    if (!file || !(text << file.rdbuf()))
        throw Error(
            fmt::format("{} (cannot be read, or is empty). Give the path of a network file", path));
    return parse_network(text.str(), path, overrides);
}

}  // namespace engram
