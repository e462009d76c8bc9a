// SPDX-License-Identifier: Apache-2.0
#include "build/populate.hpp"

#include <algorithm>

#include "core/random.hpp"

namespace engram::build {
namespace {

/// The number of a field among all of the model: part of the random counter. One that is never
/// random does not count, since not all models that there were had it.
std::uint32_t field_number(const ModelInfo& model, const std::string& name) {
    auto names = model.names();
    std::erase(names, "tau_minus_triplet");
    return static_cast<std::uint32_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

std::vector<double> neuron_values(const Value& value, const Network& network,
                                  std::size_t population, const std::string& name, NodeIndex begin,
                                  std::uint64_t count) {
    if (const auto* number = std::get_if<double>(&value.value)) return {*number};
    if (const auto* truth = std::get_if<bool>(&value.value)) return {*truth ? 1.0 : 0.0};
    if (const auto* array = std::get_if<std::vector<double>>(&value.value))
        return {array->begin() + static_cast<std::ptrdiff_t>(begin),
                array->begin() + static_cast<std::ptrdiff_t>(begin + count)};
    const auto& random = std::get<Random>(value.value);
    const RandomKey key = random_key(network.seed, Stream::neuron_value);
    const auto& p = network.populations[population];
    const std::uint32_t field = field_number(*p.model, name);
    std::vector<double> values(count);
    for (std::uint64_t i = 0; i < count; ++i)
        values[i] = RandomStream(key, p.first + begin + i, field).draw(random);
    return values;
}

namespace {

bool constant(const Value& value) {
    return std::holds_alternative<double>(value.value) || std::holds_alternative<bool>(value.value);
}

bool receives_current(const Network& network, std::size_t population) {
    return std::any_of(network.projections.begin(), network.projections.end(), [&](const auto& p) {
        return p.target == population && p.device &&
               network.devices[*p.device].model->injects_current;
    });
}

void populate_slice(NeuronSlice& slice, const Network& network, std::size_t population,
                    const NeuronModel& model) {
    const auto& p = network.populations[population];
    slice.block = make_block(slice, network, population, model);
    for (const auto& [name, value] : p.values) {
        if (p.model->state(name) == nullptr) continue;
        auto initial = neuron_values(value, network, population, name, slice.begin, slice.size);
        if (constant(value)) initial.assign(slice.size, initial.front());
        slice.block->set_state(name, initial);
    }
}

Buffer<double> zeros(std::size_t count) {
    Buffer<double> row(count);
    std::fill(row.begin(), row.end(), 0.0);
    return row;
}

void make_inputs(VirtualProcess& vp, const Network& network, const Registry& registry) {
    constexpr std::size_t cache_line = 64 / sizeof(double);
    std::size_t length = 0, rows = 0;
    const auto receptors = [&](std::size_t p) {
        return registry.neuron(network.populations[p].model->name).receptors();
    };
    for (std::size_t p = 0; p < vp.slices.size(); ++p) {
        vp.slices[p].first_input = length;
        length += (vp.slices[p].size + cache_line - 1) / cache_line * cache_line;
        rows = std::max(rows, receptors(p));
    }
    for (std::size_t r = 0; r < rows; ++r) vp.input_rows.push_back(zeros(length));
    for (std::size_t p = 0; p < vp.slices.size(); ++p) {
        NeuronSlice& slice = vp.slices[p];
        for (std::size_t r = 0; r < receptors(p); ++r)
            slice.inputs.push_back(vp.input_rows[r].data() + slice.first_input);
        if (!receives_current(network, p)) continue;
        slice.currents = zeros(slice.size);
        slice.inputs.push_back(slice.currents.data());
    }
}

}  // namespace

std::unique_ptr<NeuronBlock> make_block(const NeuronSlice& slice, const Network& network,
                                        std::size_t population, const NeuronModel& model) {
    const auto& p = network.populations[population];
    std::vector<ParameterColumn> columns;
    for (const auto& [name, value] : p.values)
        if (p.model->parameter(name) != nullptr && (constant(value) || slice.size > 0))
            columns.push_back(
                {name, neuron_values(value, network, population, name, slice.begin, slice.size)});
    return model.make_block(slice.size, network.resolution, columns);
}

void populate(VirtualProcess& vp, const Network& network, const Registry& registry,
              const Partition& partition) {
    std::uint64_t first = 0;
    LocalIndex largest = 0;
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
        const auto range = partition.slice(p, vp.index);
        NeuronSlice& slice = vp.slices.emplace_back();
        slice.begin = range.begin;
        slice.first = narrow<LocalIndex>(first, "neurons of a virtual process");
        slice.size = narrow<LocalIndex>(range.size(), "neurons of a virtual process");
        first += range.size();
        largest = std::max(largest, slice.size);
        populate_slice(slice, network, p, registry.neuron(network.populations[p].model->name));
    }
    (void)narrow<LocalIndex>(first, "neurons of a virtual process");
    make_inputs(vp, network, registry);
    vp.spiking = Buffer<LocalIndex>(largest);
    vp.recorded.resize(network.populations.size());
}

}  // namespace engram::build
