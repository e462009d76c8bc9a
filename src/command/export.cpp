// SPDX-License-Identifier: Apache-2.0
#include "command/export.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "engram/simulation.hpp"

#include "parallel/collectives.hpp"
#include "network/defaults.hpp"
#include "hdf5/file.hpp"
#include "checkpoint/checkpoint_file.hpp"
#include "checkpoint/paths.hpp"
#include "command/description.hpp"
#include "sonata/read_network.hpp"
#include "sonata/write_network.hpp"

namespace engram::command {
namespace {

/// A network file that is removed in the end.
class TemporaryNetwork {
public:
    /// Collective.
    TemporaryNetwork(const Communicator& comm, const std::string& folder) : comm_(comm) {
        parallel::collectively(comm, [&] {
            std::error_code failed;
            std::filesystem::create_directories(folder, failed);
            if (failed)
                throw Error(
                    fmt::format("folder '{}' cannot be made ({}). Choose another with "
                                "--sonata",
                                folder, failed.message()));
        });
        path_ = folder + "/network.h5.part";
    }
    ~TemporaryNetwork() {
        std::error_code failed;
        if (comm_.rank() == 0) std::filesystem::remove(path_, failed);
    }
    TemporaryNetwork(const TemporaryNetwork&) = delete;
    TemporaryNetwork& operator=(const TemporaryNetwork&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    const Communicator& comm_;
    std::string path_;
};

sonata::ExportRequest in_order_of_file(const NetworkFile& network, const std::string& folder) {
    sonata::ExportRequest request;
    request.folder = folder;
    for (const auto& population : network.populations())
        request.populations.push_back(population.name);
    for (const auto& projection : network.projections())
        request.projections.push_back(projection.name);
    return request;
}

sonata::ExportRequest in_order_of(const NetworkDescription& description,
                                  const std::string& folder) {
    sonata::ExportRequest request;
    request.folder = folder;
    if (description.duration > 0.0) request.duration = description.duration;
    for (const auto& population : description.populations) {
        request.populations.push_back(population.name);
        const auto files = population.parameters.find("spike_file");
        if (files == population.parameters.end() ||
            population.parameters.contains("sonata_population"))
            continue;  // the file would not know the exported name
        if (const auto* one = std::get_if<std::string>(&files->second.value))
            request.spike_files[population.name] = {*one};
        else
            request.spike_files[population.name] =
                std::get<std::vector<std::string>>(files->second.value);
    }
    const auto names = projection_names(description.projections);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto is_source = [&](const Device& device) {
            return device.name == description.projections[i].source;
        };
        if (std::none_of(description.devices.begin(), description.devices.end(), is_source))
            request.projections.insert(request.projections.end(), names[i].begin(), names[i].end());
    }
    return request;
}

/// Collective. Builds a network, or brings it back from a checkpoint, and exports it.
void export_built(const Communicator& comm, const NetworkDescription& description,
                  const RunOptions& options, const std::string& folder) {
    if (comm.rank() == 0 && !description.devices.empty())
        std::fprintf(stderr,
                     "engram: warning: %zu devices are not exported (SONATA has no word for "
                     "them)\n",
                     description.devices.size());
    const TemporaryNetwork temporary(comm, folder);
    Simulation(comm, description, options).store(temporary.path());
    const NetworkFile network(comm, temporary.path());
    sonata::write_network(comm, network, builtin_models(), in_order_of(description, folder));
}

/// Collective. Whether a file is a checkpoint.
bool is_checkpoint(const Communicator& comm, const std::string& path) {
    const hdf5::File file = hdf5::File::open(comm, path);
    bool result = false;
    parallel::collectively(comm, [&] {
        result = file.read_attribute<std::string>("/", "format") == checkpoint::format;
    });
    return result;
}

}  // namespace

void export_network(const Communicator& comm, const std::string& checkpoint,
                    const std::string& network) {
    const auto description = checkpoint::CheckpointFile(comm, checkpoint).description();
    RunOptions options;
    options.resume_from = checkpoint;
    Simulation(comm, description, options).store(network);
}

void export_sonata(const Communicator& comm, const std::string& file, const std::string& folder) {
    const std::string extension = std::filesystem::path(file).extension().string();
    if (extension == ".toml" || sonata::is_config(file)) {
        NetworkDescription description;
        parallel::collectively(comm, [&] {
            RunRequest request;
            std::vector<std::string> warnings;
            request.network = file;
            description = read_description(request, warnings);
        });
        return export_built(comm, description, {}, folder);
    }
    if (is_checkpoint(comm, file)) {
        RunOptions options;
        options.resume_from = file;
        return export_built(comm, checkpoint::CheckpointFile(comm, file).description(), options,
                            folder);
    }
    const NetworkFile network(comm, file);
    sonata::write_network(comm, network, builtin_models(), in_order_of_file(network, folder));
}

}  // namespace engram::command
