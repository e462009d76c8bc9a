// SPDX-License-Identifier: Apache-2.0
#include "sonata/spike_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engram/error.hpp"

namespace engram::sonata {

SpikeArrays find_spikes(const hdf5::ForeignFile& file, const std::string& population) {
    std::string group = "/spikes/" + population;
    if (!file.exists(group)) group = "/spikes";
    const auto fail = [&](const std::string& what) {
        throw Error(fmt::format("{}: {}", file.path(), what));
    };
    SpikeArrays arrays;
    for (const char* name : {"node_ids", "gids"})
        if (arrays.nodes.empty() && file.exists(group + "/" + name))
            arrays.nodes = group + "/" + name;
    arrays.times = group + "/timestamps";
    if (arrays.nodes.empty() || !file.exists(arrays.times))
        fail(
            fmt::format("there are no spikes of '{}' (neither /spikes/{} nor /spikes has arrays "
                        "node_ids, or gids, and timestamps; there are: {}). Name another "
                        "population or file",
                        population, population, fmt::join(file.children("/spikes"), ", ")));
    if (file.size(arrays.nodes) != file.size(arrays.times))
        fail(fmt::format("'{}' has {} elements, '{}' {} (a spike has one of both). Mend the file",
                         arrays.nodes, file.size(arrays.nodes), arrays.times,
                         file.size(arrays.times)));
    return arrays;
}

}  // namespace engram::sonata
