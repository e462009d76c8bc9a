// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <memory>

#include "engram/communicator.hpp"
#include "engram/error.hpp"

#include "parallel/collectives.hpp"
#include "python/convert.hpp"

namespace engram::python {
namespace {

// Python has no main of ours to own it: it lives from the import to finalize() at exit.
std::unique_ptr<Environment> environment;

void start() {
    if (environment) return;
    int argc = 0;
    char** argv = nullptr;
    environment = std::make_unique<Environment>(argc, argv);
}

/// What each rank calls, in rank order.
std::string all_calls(const Communicator& comm, const std::string& call) {
    std::string text;
    for (int rank = 0; rank < comm.size(); ++rank)
        text += (rank == 0 ? "rank " : ", rank ") + std::to_string(rank) + ": " +
                parallel::broadcast(comm, call, rank);
    return text;
}

/// Collective. Throws on all ranks unless all are here with the same call: so a call that only some
/// ranks make ends in a message instead of a wait for ever.
void meet(const std::string& call) {
    const Communicator& comm = world();
    if (comm.size() == 1) return;
    const auto hash = static_cast<std::uint64_t>(std::hash<std::string>{}(call));
    if (parallel::min(comm, hash) == parallel::max(comm, hash)) return;
    throw Error("ranks do not do the same (" + all_calls(comm, call) +
                "). Make every call that is collective on all ranks, with the same arguments");
}

}  // namespace

const Communicator& world() {
    if (!environment) throw Error("MPI has ended (the program is at its end). Call this before");
    return environment->world();
}

void bind_parallel(py::module_& module) {
    start();
    module.def("finalize", [] { environment.reset(); });
    module.def("abort", [](int status) {
        if (environment) environment->abort(status);
    });
    module.def("rank", [] { return world().rank(); });
    module.def("size", [] { return world().size(); });
    module.def("meet", &meet, py::call_guard<py::gil_scoped_release>());
    module.def(
        "barrier", [] { parallel::barrier(world()); }, py::call_guard<py::gil_scoped_release>());
    module.def("broadcast", [](const py::bytes& bytes, int root) {
        return py::bytes(parallel::broadcast(world(), bytes, root));
    });
}

}  // namespace engram::python
