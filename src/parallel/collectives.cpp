// SPDX-License-Identifier: Apache-2.0
#include "parallel/collectives.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <new>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>

namespace engram {

struct Communicator::Handle {
    boost::mpi::communicator comm;
};

namespace parallel {

MPI_Comm Access::comm(const Communicator& communicator) { return communicator.handle_->comm; }

Communicator Access::duplicate(MPI_Comm comm) {
    Communicator result;
    result.handle_ = std::make_shared<const Communicator::Handle>(
        Communicator::Handle{boost::mpi::communicator(comm, boost::mpi::comm_duplicate)});
    result.rank_ = result.handle_->comm.rank();
    result.size_ = result.handle_->comm.size();
    return result;
}

namespace {

/// What `local` threw, as text; empty when it did not throw.
std::string failure_of(const std::function<void()>& local) {
    try {
        local();
        return {};
    } catch (const std::bad_alloc&) {
        return "out of memory (an allocation failed). Use more nodes, or a smaller network";
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown failure (an exception of no known type). Please report it";
    }
}

}  // namespace

void collectively(const Communicator& comm, const std::function<void()>& local) {
    std::string message = failure_of(local);
    const int failed = message.empty() ? 0 : 1;
    const int first = min(comm, failed ? comm.rank() : std::numeric_limits<int>::max());
    if (first == std::numeric_limits<int>::max()) return;
    const int count = sum(comm, failed);
    message = broadcast(comm, std::move(message), first);
    throw Error(count == comm.size() ? message : "rank " + std::to_string(first) + ": " + message);
}

void without_fail(const Communicator& comm, const std::function<void()>& local) {
    const std::string message = failure_of(local);
    if (message.empty()) return;
    std::fprintf(stderr, "engram: rank %d: %s\n", comm.rank(), message.c_str());
    abort(comm, 1);
}

void abort(const Communicator& comm, int status) { MPI_Abort(Access::comm(comm), status); }

std::string broadcast(const Communicator& comm, std::string bytes, int root) {
    const Waiting waiting;
    boost::mpi::broadcast(boost::mpi::communicator(Access::comm(comm), boost::mpi::comm_attach),
                          bytes, root);
    return bytes;
}

std::vector<std::vector<char>> exchange_bytes(const Communicator& comm,
                                              const std::vector<std::span<const char>>& outgoing) {
    const auto ranks = static_cast<std::size_t>(comm.size());
    std::vector<std::uint64_t> sizes_out(ranks), sizes_in(ranks);
    for (std::size_t r = 0; r < ranks; ++r) sizes_out[r] = outgoing[r].size();
    {
        const Waiting waiting;
        MPI_Alltoall(sizes_out.data(), 1, mpi_type<std::uint64_t>(), sizes_in.data(), 1,
                     mpi_type<std::uint64_t>(), Access::comm(comm));
    }
    std::vector<std::vector<char>> incoming(ranks);
    collectively(comm, [&] {
        for (std::size_t r = 0; r < ranks; ++r) incoming[r].resize(sizes_in[r]);
    });
    constexpr std::uint64_t piece = std::uint64_t{1} << 30;  // an MPI count is an int
    std::vector<MPI_Request> requests;
    const auto each_piece = [&](std::uint64_t size, auto post) {
        for (std::uint64_t at = 0; at < size; at += piece) {
            requests.push_back(MPI_REQUEST_NULL);
            post(at, static_cast<int>(std::min(piece, size - at)));
        }
    };
    for (std::size_t r = 0; r < ranks; ++r)
        each_piece(sizes_in[r], [&](std::uint64_t at, int size) {
            MPI_Irecv(incoming[r].data() + at, size, MPI_BYTE, static_cast<int>(r), 0,
                      Access::comm(comm), &requests.back());
        });
    for (std::size_t r = 0; r < ranks; ++r)
        each_piece(sizes_out[r], [&](std::uint64_t at, int size) {
            MPI_Isend(outgoing[r].data() + at, size, MPI_BYTE, static_cast<int>(r), 0,
                      Access::comm(comm), &requests.back());
        });
    const Waiting waiting;
    MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
    return incoming;
}

}  // namespace parallel

Environment::Environment(int& argc, char**& argv) {
    int initialized = 0;
    MPI_Initialized(&initialized);
    if (!initialized) {
        // The MPI-IO of Open MPI before 4.1.7 overwrites neighbouring data without this
        // (docs/file-formats.md).
        setenv("OMPI_MCA_fs_ufs_lock_algorithm", "3", 0);
        int provided = 0;
        MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
        owns_mpi_ = true;
    }
    world_ = parallel::Access::duplicate(MPI_COMM_WORLD);
}

Environment::~Environment() {
    if (!owns_mpi_) return;
    if (std::uncaught_exceptions() > 0)
        return;  // other ranks may be elsewhere: finalizing would hang
    world_ = Communicator();
    MPI_Finalize();
}

void Environment::abort(int status) const {
    MPI_Abort(MPI_COMM_WORLD, status);
    std::_Exit(status);
}

}  // namespace engram
