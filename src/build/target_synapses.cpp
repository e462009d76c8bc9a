// SPDX-License-Identifier: Apache-2.0
#include "build/target_synapses.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/time.hpp"

namespace engram::build {

void StoredSynapses::find_constants() {
    const auto shared = [](const std::vector<double>& values) -> std::optional<double> {
        // Of zeros the sign counts: it tells the receptor.
        const auto same = [](double a, double b) {
            return a == b && std::signbit(a) == std::signbit(b);
        };
        if (values.empty() || !std::equal(values.begin() + 1, values.end(), values.begin(), same))
            return {};
        return values.front();
    };
    constant_weight = shared(weight);
    constant_delay = shared(delay);
}

std::optional<double> constant_weight(const Network::Projection& projection,
                                      const StoredSynapses* stored) {
    if (stored != nullptr) return stored->constant_weight;
    if (const auto* number = std::get_if<double>(&projection.weight.value))
        if (!projection.list || projection.list->weight.empty()) return *number;
    return std::nullopt;
}

TargetSynapses::TargetSynapses(const Network& network, const Registry& registry,
                               std::size_t projection, const StoredSynapses* stored)
    : network_(network),
      projection_(network.projections[projection]),
      number_(static_cast<std::uint32_t>(projection)),
      stored_(stored),
      constant_weight_(build::constant_weight(projection_, stored)) {
    if (stored_ != nullptr) {
        if (stored_->constant_delay) constant_delay_ = to_delay(*stored_->constant_delay);
        return;
    }
    if (projection_.edges)
        throw Error("projection '" + projection_.name +
                    "': its edges are in a file (which is not read here). Run the network, "
                    "without --dry-run");
    if (const auto* ms = std::get_if<double>(&projection_.delay.value))
        if (!projection_.list || projection_.list->delay.empty()) constant_delay_ = to_delay(*ms);
    if (projection_.list) {
        const auto& target = projection_.list->target;
        list_order_.resize(target.size());
        std::iota(list_order_.begin(), list_order_.end(), std::uint64_t{0});
        std::stable_sort(list_order_.begin(), list_order_.end(),
                         [&](auto a, auto b) { return target[a] < target[b]; });
        return;
    }
    const bool from_device = projection_.device.has_value();
    const RuleContext context{from_device ? 1 : network.populations[projection_.source].size,
                              network.populations[projection_.target].size,
                              !from_device && projection_.source == projection_.target};
    rule_ = registry.find(ModelKind::rule, projection_.rule)
                ->make_rule(projection_.rule_numbers, context);
}

Step TargetSynapses::to_delay(double ms) const {
    const Step steps = to_steps(ms, network_.resolution);
    constexpr Step longest = 65535;
    if (!(ms > 0.0) || steps < 1 || steps > longest)
        throw Error("projection '" + projection_.name + "': delay = " + std::to_string(ms) +
                    " ms (must be between 1 and 65535 steps of the resolution). Bound random "
                    "delays with min and max");
    return steps;
}

void TargetSynapses::prepare(NodeIndex begin, NodeIndex end) {
    if (rule_) rule_->prepare({begin, end, random_key(network_.seed, Stream::split), number_});
}

void TargetSynapses::draw_sources(NodeIndex target) {
    sources_.clear();
    entries_.clear();
    if (stored_ != nullptr) {
        const auto t = target - stored_->target_begin;
        for (std::uint64_t i = stored_->begin[t]; i < stored_->begin[t + 1]; ++i)
            sources_.push_back(stored_->source[i]);
    } else if (projection_.list) {
        const auto& list = *projection_.list;
        auto at = std::lower_bound(
            list_order_.begin(), list_order_.end(), target,
            [&](std::uint64_t entry, NodeIndex wanted) { return list.target[entry] < wanted; });
        for (; at != list_order_.end() && list.target[*at] == target; ++at) {
            entries_.push_back(*at);
            sources_.push_back(list.source[*at]);
        }
    } else {
        draws_.stream = RandomStream(random_key(network_.seed, Stream::rule), target, number_);
        rule_->append(target, draws_, sources_);
    }
}

void TargetSynapses::draw(NodeIndex target) {
    draw_sources(target);
    if (stored_ != nullptr) {
        const auto t = target - stored_->target_begin;
        const auto from = static_cast<std::ptrdiff_t>(stored_->begin[t]),
                   to = static_cast<std::ptrdiff_t>(stored_->begin[t + 1]);
        weights_.assign(stored_->weight.begin() + from, stored_->weight.begin() + to);
        delays_ms_.assign(stored_->delay.begin() + from, stored_->delay.begin() + to);
    } else {
        static const std::vector<double> none;
        const auto& list = projection_.list;
        if (!constant_weight_)
            draw_values(projection_.weight, list ? list->weight : none, Stream::weight, target,
                        weights_);
        if (!constant_delay_)
            draw_values(projection_.delay, list ? list->delay : none, Stream::delay, target,
                        delays_ms_);
    }
    if (!constant_delay_) round_delays();
}

/// What to_delay() gives for all, without branches.
void TargetSynapses::round_delays() {
    const double resolution = network_.resolution;
    const std::size_t size = delays_ms_.size();
    delays_.resize(size);
    const double* const ms = delays_ms_.data();
    std::uint16_t* const out = delays_.data();
    std::uint32_t wrong = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const double steps = ms[i] / resolution;
        const bool right = steps >= 0.5 && steps < 65535.5;
        const double valid = right ? steps : 1.0;
        const auto below = static_cast<std::int32_t>(valid);
        const bool up = valid - static_cast<double>(below) >= 0.5;
        out[i] = static_cast<std::uint16_t>(below + (up ? 1 : 0));
        wrong |= right ? 0u : 1u;
    }
    if (wrong != 0)
        for (const double one : delays_ms_) (void)to_delay(one);  // throws for the first wrong one
}

void TargetSynapses::draw_values(const Value& value, const std::vector<double>& listed,
                                 Stream stream, NodeIndex target, std::vector<double>& out) {
    out.resize(sources_.size());
    const auto* number = std::get_if<double>(&value.value);
    const auto* array = std::get_if<std::vector<double>>(&value.value);
    if (const auto* distribution = std::get_if<Random>(&value.value);
        listed.empty() && distribution) {
        RandomStream(random_key(network_.seed, stream), target, number_)
            .draw_all(*distribution, out);
        return;
    }
    for (std::size_t k = 0; k < out.size(); ++k) {
        if (!listed.empty()) out[k] = listed[entries_[k]];
        else if (number != nullptr) out[k] = *number;
        else out[k] = (*array)[entries_.empty() ? target : entries_[k]];
    }
}

}  // namespace engram::build
