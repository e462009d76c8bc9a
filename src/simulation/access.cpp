// SPDX-License-Identifier: Apache-2.0
// The members of Simulation: each passes on to the parts.
#include "simulation/impl.hpp"

namespace engram {

Simulation::Simulation(const Communicator& comm, const NetworkDescription& network,
                       const RunOptions& options)
    : impl_(std::make_unique<Impl>(comm, network, options)) {}
Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

void Simulation::grow(const NetworkDescription& network) {
    auto grown = std::make_unique<Impl>(*impl_, network);
    grown->take_over(*impl_);
    impl_ = std::move(grown);
}
RunEnd Simulation::run(double duration) { return impl_->run(duration); }
double Simulation::time() const { return impl_->time(); }
void Simulation::store(const std::string& path) { impl_->store(path); }
void Simulation::checkpoint(const std::string& path) { impl_->checkpoint(path); }
void Simulation::finish() { impl_->finish(); }
std::vector<Events> Simulation::events(const std::string& recorder) const {
    return impl_->recorders().events(recorder);
}
void Simulation::clear_events(const std::string& recorder) {
    impl_->recorders().clear_events(recorder);
}
SpikeTrain Simulation::spikes(const std::string& recorder, const std::string& population) {
    return impl_->recorders().spikes(recorder, population);
}
Trace Simulation::trace(const std::string& recorder, const std::string& population,
                        const std::string& variable) {
    return impl_->recorders().trace(recorder, population, variable);
}
std::vector<double> Simulation::state(const std::string& population, const std::string& variable) {
    return impl_->state(population, variable);
}
ConnectionList Simulation::connections(const std::string& projection) {
    return impl_->connections(projection);
}
std::vector<std::string> Simulation::projections() const { return impl_->projections(); }
ConnectionList Simulation::local_connections(const std::string& projection) const {
    return impl_->local_connections(projection);
}
std::vector<double> Simulation::parameter(const std::string& population,
                                          const std::string& name) const {
    return impl_->parameter(population, name);
}
double Simulation::min_delay() const { return impl_->min_delay(); }
double Simulation::max_delay() const { return impl_->max_delay(); }
void Simulation::show_progress(const std::string& mode) { impl_->show_progress(mode); }

void Simulation::set_weights(const std::string& projection, const std::vector<double>& weights) {
    impl_->adjust(true, [&](const Adjusted& a) { adjust_weights(a, projection, weights); });
}
void Simulation::set_state(const std::string& population, const std::string& variable,
                           const std::vector<double>& values) {
    impl_->adjust(false, [&](const Adjusted& a) { adjust_state(a, population, variable, values); });
}
void Simulation::set_parameters(const std::string& population, const Parameters& parameters) {
    impl_->adjust(false, [&](const Adjusted& a) { adjust_population(a, population, parameters); });
}
void Simulation::set_device(const std::string& device, const Parameters& parameters) {
    impl_->adjust(false, [&](const Adjusted& a) { adjust_device(a, device, parameters); });
}
MemoryReport Simulation::memory() const { return impl_->memory(); }
TimeReport Simulation::timing() const { return impl_->timing(); }

}  // namespace engram
