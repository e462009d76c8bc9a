// SPDX-License-Identifier: Apache-2.0
#include "sonata/write_network.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "engram/error.hpp"

#include "parallel/collectives.hpp"
#include "parallel/share.hpp"
#include "sonata/config_file.hpp"
#include "sonata/write_edges.hpp"

namespace engram::sonata {
namespace {

template <class Part>
const Part& find(const std::vector<Part>& parts, const std::string& name) {
    return *std::find_if(parts.begin(), parts.end(),
                         [&](const Part& part) { return part.name == name; });
}

/// A number that JSON has; infinity is not among them, and always a default.
bool in_json(double value) { return std::isfinite(value); }

class NetworkWriter {
public:
    NetworkWriter(const Communicator& comm, const NetworkFile& network, const Registry& registry,
                  const ExportRequest& request)
        : comm_(comm), network_(network), registry_(registry), request_(request) {}

    void write() {
        make_folders();
        for (const auto& name : request_.populations) write(find(network_.populations(), name));
        for (const auto& name : request_.projections) write(find(network_.projections(), name));
        write_configurations();
    }

private:
    /// Collective. Rank 0 does it for all.
    template <class Work>
    void on_root(Work work) {
        parallel::collectively(comm_, [&] {
            if (comm_.rank() == 0) work();
        });
    }

    void make_folders() {
        on_root([&] {
            for (const char* folder :
                 {"network", "components/point_neuron_models", "components/synaptic_models"}) {
                std::error_code failed;
                std::filesystem::create_directories(request_.folder + "/" + folder, failed);
                if (failed)
                    throw Error(
                        fmt::format("folder '{}/{}' cannot be made ({}). Choose another "
                                    "with --sonata",
                                    request_.folder, folder, failed.message()));
            }
        });
    }

    void write_text(const std::string& name, const std::string& text) const {
        const std::string path = request_.folder + "/" + name;
        std::ofstream out(path);
        out << text;
        out.close();
        if (!out)
            throw Error(
                fmt::format("'{}' cannot be written (see its folder and the space on it). "
                            "Choose another with --sonata",
                            path));
    }

    void write(const NetworkFile::Population& population) {
        const ModelInfo* model = registry_.find(ModelKind::neuron, population.model);
        const bool is_virtual = model != nullptr && model->spikes_from_files;
        const std::string file = fmt::format("network/{}_nodes.h5", population.name);
        Json parameters = Json::object();
        if (!is_virtual)
            for (const auto& [name, value] : population.parameters)
                if (in_json(value)) parameters[name] = json_value(model, name, value);
        auto out = hdf5::File::create(comm_, request_.folder + "/" + file);
        write_version(out);
        write_nodes(out, population, is_virtual, parameters);
        out.commit();
        on_root([&] {
            const std::string json = population.name + ".json";
            if (!is_virtual)
                write_text("components/point_neuron_models/" + json, parameters.dump(2) + "\n");
            write_text(
                fmt::format("network/{}_node_types.csv", population.name),
                fmt::format("node_type_id population model_type model_template "
                            "dynamics_params\n{} {} {} {} {}\n",
                            only_type, population.name, is_virtual ? "virtual" : "point_neuron",
                            is_virtual ? "NULL" : "nest:" + population.model,
                            is_virtual ? "NULL" : json));
        });
    }

    static Json json_value(const ModelInfo* model, const std::string& name, double value) {
        const FieldInfo* field = model == nullptr ? nullptr : model->parameter(name);
        if (field != nullptr && field->type == FieldType::boolean) return value != 0.0;
        if (field != nullptr && field->type == FieldType::integer)
            return static_cast<std::int64_t>(value);
        return value;
    }

    /// Collective. Columns that are uniform go to `parameters`, unless they are the default.
    void write_nodes(hdf5::File& out, const NetworkFile::Population& population, bool is_virtual,
                     Json& parameters) {
        const parallel::Share share = parallel::share_of(comm_, population.size);
        const std::string group = "/nodes/" + population.name;
        std::vector<std::uint64_t> ids(share.size()), types(share.size(), only_type);
        std::iota(ids.begin(), ids.end(), share.begin);
        const std::vector<std::uint32_t> groups(share.size(), 0);
        out.create_group(group + "/0");
        out.write_array<std::uint64_t>(group + "/node_type_id", types, share.begin,
                                       population.size);
        out.write_array<std::uint64_t>(group + "/node_id", ids, share.begin, population.size);
        out.write_array<std::uint32_t>(group + "/node_group_id", groups, share.begin,
                                       population.size);
        out.write_array<std::uint64_t>(group + "/node_group_index", ids, share.begin,
                                       population.size);
        if (is_virtual) return;
        for (const auto& name : population.columns) {
            std::vector<double> values;
            parallel::collectively(comm_, [&] {
                values = network_.column(population.name, name, share.begin, share.size());
            });
            const double none = std::numeric_limits<double>::infinity();
            const auto [low, high] = std::minmax_element(values.begin(), values.end());
            const double least = parallel::min(comm_, values.empty() ? none : *low);
            const double most = parallel::max(comm_, values.empty() ? -none : *high);
            if (least != most)
                out.write_array<double>(group + "/0/dynamics_params/" + name, values, share.begin,
                                        population.size);
            else if (least != default_of(population.model, name)) parameters[name] = least;
        }
    }

    [[nodiscard]] double default_of(const std::string& model, const std::string& name) const {
        const ModelInfo* info = registry_.find(ModelKind::neuron, model);
        const FieldInfo* field = info == nullptr ? nullptr : info->state(name);
        return field == nullptr ? std::numeric_limits<double>::quiet_NaN() : field->default_value;
    }

    void write(const NetworkFile::Projection& projection) {
        write_edges(comm_, network_, projection,
                    fmt::format("{}/network/{}_edges.h5", request_.folder, projection.name));
        on_root([&] {
            const ModelInfo* model = registry_.find(ModelKind::synapse, projection.base_model);
            Json parameters = Json::object();
            for (const auto& [name, value] : projection.common)
                if (in_json(value)) parameters[name] = json_value(model, name, value);
            if (projection.receptor) parameters["receptor_type"] = *projection.receptor;
            write_text(fmt::format("components/synaptic_models/{}.json", projection.name),
                       parameters.dump(2) + "\n");
            write_text(
                fmt::format("network/{}_edge_types.csv", projection.name),
                fmt::format("edge_type_id population model_template dynamics_params\n"
                            "{} {} {} {}.json\n",
                            only_type, projection.name, projection.base_model, projection.name));
        });
    }

    void write_configurations() {
        Json nodes = Json::array(), edges = Json::array();
        for (const auto& name : request_.populations)
            nodes.push_back(
                {{"nodes_file", fmt::format("$NETWORK_DIR/{}_nodes.h5", name)},
                 {"node_types_file", fmt::format("$NETWORK_DIR/{}_node_types.csv", name)}});
        for (const auto& name : request_.projections)
            edges.push_back(
                {{"edges_file", fmt::format("$NETWORK_DIR/{}_edges.h5", name)},
                 {"edge_types_file", fmt::format("$NETWORK_DIR/{}_edge_types.csv", name)}});
        const Json circuit = {{"target_simulator", "NEST"},
                              {"manifest",
                               {{"$BASE_DIR", "${configdir}"},
                                {"$NETWORK_DIR", "$BASE_DIR/network"},
                                {"$COMPONENTS_DIR", "$BASE_DIR/components"}}},
                              {"components",
                               {{"point_neuron_models_dir", "$COMPONENTS_DIR/point_neuron_models"},
                                {"synaptic_models_dir", "$COMPONENTS_DIR/synaptic_models"}}},
                              {"networks", {{"nodes", nodes}, {"edges", edges}}}};
        Json inputs = Json::object();
        for (const auto& [population, files] : request_.spike_files)
            for (std::size_t i = 0; i < files.size(); ++i)
                inputs[fmt::format("{}_{}", population, i)] = {{"input_type", "spikes"},
                                                               {"module", "sonata"},
                                                               {"input_file", files[i]},
                                                               {"node_set", population}};
        const Json simulation = {
            {"target_simulator", "NEST"},
            {"manifest", {{"$BASE_DIR", "${configdir}"}, {"$OUTPUT_DIR", "$BASE_DIR/output"}}},
            {"network", "$BASE_DIR/circuit_config.json"},
            {"run",
             {{"tstop", request_.duration},
              {"dt", network_.header().resolution},
              {"random_seed", network_.header().seed}}},
            {"inputs", inputs},
            {"output",
             {{"output_dir", "$OUTPUT_DIR"},
              {"spikes_file", "spikes.h5"},
              {"spikes_sort_order", "time"}}}};
        on_root([&] {
            write_text("circuit_config.json", circuit.dump(2) + "\n");
            write_text("simulation_config.json", simulation.dump(2) + "\n");
        });
    }

    const Communicator& comm_;
    const NetworkFile& network_;
    const Registry& registry_;
    const ExportRequest& request_;
};

}  // namespace

void write_network(const Communicator& comm, const NetworkFile& network, const Registry& registry,
                   const ExportRequest& request) {
    NetworkWriter(comm, network, registry, request).write();
}

}  // namespace engram::sonata
