// SPDX-License-Identifier: Apache-2.0
#include "build/agree.hpp"

#include "parallel/collectives.hpp"

namespace engram::build {

Network agree_on_network(const Communicator& comm, const NetworkDescription& description,
                         const Registry& registry, int threads) {
    Network network;
    const int most = parallel::max(comm, threads), fewest = parallel::min(comm, threads);
    parallel::collectively(comm, [&] {
        if (fewest < 1)
            throw Error("threads = " + std::to_string(fewest) +
                        " (must be at least 1). Choose 1 or more");
        if (most != fewest)
            throw Error(
                "threads differ between ranks (all must have as many). Give the same number to "
                "all");
        network = resolve(description, registry);
    });
    return network;
}

Partition partition_of(const Communicator& comm, const Network& network, int threads) {
    std::vector<std::uint64_t> sizes;
    for (const auto& population : network.populations) sizes.push_back(population.size);
    return Partition(sizes, comm.size(), threads);
}

}  // namespace engram::build
