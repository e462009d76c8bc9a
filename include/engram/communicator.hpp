// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace engram {

namespace parallel {
struct Access;
}

/// A group of MPI ranks, as a value. Copies refer to the same MPI communicator, which Engram
/// duplicated for itself, so that its messages never meet those of the program around it.
class Communicator {
public:
    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] int size() const { return size_; }

private:
    friend struct parallel::Access;
    struct Handle;
    std::shared_ptr<const Handle> handle_;
    int rank_ = 0;
    int size_ = 1;
};

/// Starts MPI (funneled threads), with the settings that parallel HDF5 needs, and finalizes it when
/// it started it. One lives in `main`, before everything else of Engram.
class Environment {
public:
    /// Collective, over all ranks of the program.
    Environment(int& argc, char**& argv);
    /// Collective likewise.
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    /// All ranks of the program.
    [[nodiscard]] const Communicator& world() const { return world_; }

    /// Ends every rank at once with this exit status: for failures of which the other ranks cannot
    /// know.
    [[noreturn]] void abort(int status) const;

private:
    bool owns_mpi_ = false;
    Communicator world_;
};

}  // namespace engram
