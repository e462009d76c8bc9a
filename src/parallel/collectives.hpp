// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <mpi.h>

#include "engram/communicator.hpp"
#include "engram/error.hpp"

#include "parallel/waiting.hpp"

namespace engram::parallel {

/// The bridge between the public Communicator and MPI.
struct Access {
    [[nodiscard]] static MPI_Comm comm(const Communicator& communicator);
    /// Collective. Duplicates `comm`.
    [[nodiscard]] static Communicator duplicate(MPI_Comm comm);
};

/// Collective. Runs `local` on every rank; when it throws on any, all ranks throw one Error with
/// the message of the lowest failing rank (which is named when there are several ranks and only
/// some fail).
void collectively(const Communicator& comm, const std::function<void()>& local);

/// Runs `local` where the other ranks will wait for this one without asking: when it throws, the
/// program ends on all ranks with the message of this one.
void without_fail(const Communicator& comm, const std::function<void()>& local);

/// Ends the program on all ranks, by any thread of any of them.
void abort(const Communicator& comm, int status);

template <class T>
MPI_Datatype mpi_type() {
    static_assert(std::is_arithmetic_v<T>);
    if constexpr (std::is_same_v<T, double>) return MPI_DOUBLE;
    else if constexpr (std::is_same_v<T, float>) return MPI_FLOAT;
    else if constexpr (std::is_signed_v<T>)
        return sizeof(T) == 8   ? MPI_INT64_T
               : sizeof(T) == 4 ? MPI_INT32_T
               : sizeof(T) == 2 ? MPI_INT16_T
                                : MPI_INT8_T;
    else
        return sizeof(T) == 8   ? MPI_UINT64_T
               : sizeof(T) == 4 ? MPI_UINT32_T
               : sizeof(T) == 2 ? MPI_UINT16_T
                                : MPI_UINT8_T;
}

/// Collective.
template <class T>
T reduce(const Communicator& comm, T value, MPI_Op op) {
    const Waiting waiting;
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, mpi_type<T>(), op, Access::comm(comm));
    return value;
}
/// Collective.
template <class T>
T sum(const Communicator& comm, T value) {
    return reduce(comm, value, MPI_SUM);
}
/// Collective. Of each element over the ranks.
template <class T>
void sum(const Communicator& comm, std::span<T> values) {
    const Waiting waiting;
    MPI_Allreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), mpi_type<T>(),
                  MPI_SUM, Access::comm(comm));
}
/// Collective.
template <class T>
T max(const Communicator& comm, T value) {
    return reduce(comm, value, MPI_MAX);
}
/// Collective.
template <class T>
T min(const Communicator& comm, T value) {
    return reduce(comm, value, MPI_MIN);
}
/// Collective. Sum over the ranks below this one.
template <class T>
T sum_below(const Communicator& comm, T value) {
    T result{};
    const Waiting waiting;
    MPI_Exscan(&value, &result, 1, mpi_type<T>(), MPI_SUM, Access::comm(comm));
    return comm.rank() == 0 ? T{} : result;
}

/// Collective. One value of each rank, in rank order.
template <class T>
std::vector<T> gather_all(const Communicator& comm, T value) {
    std::vector<T> result(static_cast<std::size_t>(comm.size()));
    const Waiting waiting;
    MPI_Allgather(&value, 1, mpi_type<T>(), result.data(), 1, mpi_type<T>(), Access::comm(comm));
    return result;
}

/// Collective. The elements of all ranks, in rank order, on every rank: for small data.
template <class T>
std::vector<T> concatenate(const Communicator& comm, std::span<const T> local);

/// Collective. `outgoing[r]` goes to rank r; returns what every rank sent here, in rank order.
/// Memory on top: one copy of what is sent and received. Each message may exceed 2 GiB.
template <class T>
std::vector<std::vector<T>> exchange(const Communicator& comm,
                                     const std::vector<std::vector<T>>& outgoing);

/// Collective. The bytes of rank `root` on all ranks.
std::string broadcast(const Communicator& comm, std::string bytes, int root = 0);

/// Collective. Copies `data` of rank `root` to all; `data` has the same size everywhere.
template <class T>
void broadcast(const Communicator& comm, std::span<T> data, int root = 0) {
    const Waiting waiting;
    MPI_Bcast(data.data(), static_cast<int>(data.size()), mpi_type<T>(), root, Access::comm(comm));
}

/// Collective.
inline void barrier(const Communicator& comm) {
    const Waiting waiting;
    MPI_Barrier(Access::comm(comm));
}

/// Collective. exchange() of bytes, on which the typed one rests.
std::vector<std::vector<char>> exchange_bytes(const Communicator& comm,
                                              const std::vector<std::span<const char>>& outgoing);

template <class T>
std::vector<std::vector<T>> exchange(const Communicator& comm,
                                     const std::vector<std::vector<T>>& outgoing) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<std::span<const char>> bytes;
    bytes.reserve(outgoing.size());
    for (const auto& part : outgoing)
        bytes.emplace_back(reinterpret_cast<const char*>(part.data()), part.size() * sizeof(T));
    const auto received = exchange_bytes(comm, bytes);
    std::vector<std::vector<T>> result;
    result.reserve(received.size());
    for (const auto& part : received) {
        const T* begin = reinterpret_cast<const T*>(part.data());
        result.emplace_back(begin, begin + part.size() / sizeof(T));
    }
    return result;
}

template <class T>
std::vector<T> concatenate(const Communicator& comm, std::span<const T> local) {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::span<const char> bytes(reinterpret_cast<const char*>(local.data()),
                                      local.size_bytes());
    std::vector<T> result;
    for (const auto& part :
         exchange_bytes(comm, std::vector(static_cast<std::size_t>(comm.size()), bytes))) {
        const T* begin = reinterpret_cast<const T*>(part.data());
        result.insert(result.end(), begin, begin + part.size() / sizeof(T));
    }
    return result;
}

}  // namespace engram::parallel
