// SPDX-License-Identifier: Apache-2.0
#include "step/transport.hpp"

#include "parallel/collectives.hpp"
#include "parallel/waiting.hpp"

namespace engram::step {
namespace {

class OverMpi final : public Transport {
public:
    explicit OverMpi(const Communicator& comm) : comm_(comm) {}

    [[nodiscard]] std::size_t ranks() const override {
        return static_cast<std::size_t>(comm_.size());
    }
    void exchange(std::span<const std::uint32_t> send, std::span<std::uint32_t> receive) override {
        const int size = static_cast<int>(send.size() / ranks());
        const parallel::Waiting waiting;
        MPI_Alltoall(send.data(), size, parallel::mpi_type<std::uint32_t>(), receive.data(), size,
                     parallel::mpi_type<std::uint32_t>(), parallel::Access::comm(comm_));
    }
    void exchange_rest(std::span<const std::uint32_t> send,
                       std::span<std::uint32_t> receive) override {
        exchange(send, receive);
    }

private:
    Communicator comm_;
};

}  // namespace

std::shared_ptr<Transport> over_mpi(const Communicator& comm) {
    return std::make_shared<OverMpi>(comm);
}

}  // namespace engram::step
