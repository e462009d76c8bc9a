// SPDX-License-Identifier: Apache-2.0
#include "build/connect.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "build/segment_order.hpp"

namespace engram::build {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 16;
constexpr std::size_t longest_segment = 65535;
constexpr std::size_t ahead = 24;  // synapses whose places are asked for before they are written

/// One projection on one VP, while it is being made.
class Connector {
public:
    Connector(VirtualProcess& vp, const Network& network, const Registry& registry,
              std::size_t number, const StoredSynapses* stored)
        : projection_(network.projections[number]),
          slice_(vp.slices[projection_.target]),
          columns_(vp.synapses.projections[number]),
          target_model_(registry.neuron(network.populations[projection_.target].model->name)),
          plastic_(registry.plastic(projection_.base_model)),
          make_(network, registry, number, stored),
          number_(narrow<std::uint16_t>(number, "projections", "Join some of them")),
          single_(network.single_precision) {
        end_.assign(network.populations[projection_.source].size, 0);
        columns_.inputs = slice_.inputs;
        if (slice_.size > 256 * block_size)
            throw Error(
                "too many neurons on a virtual process (16,777,216 of a population at most). Use "
                "more ranks or threads");
    }

    SourceSegments run() {
        make_.prepare(slice_.begin, slice_.begin + slice_.size);
        count();
        allocate();
        place();
        SourceSegments result;
        NodeIndex source = 0;
        std::uint32_t begin = 0;
        for (; source < end_.size(); begin = end_[source++])
            if (end_[source] > begin) finish_source(source, begin, end_[source], result);
        return result;
    }

private:
    void count() {
        std::uint64_t total = 0;
        for (LocalIndex t = 0; t < slice_.size; ++t) {
            make_.draw_sources(slice_.begin + t);
            for (const NodeIndex s : make_.sources()) ++end_[s];
            total += make_.sources().size();
        }
        columns_.size = narrow<std::uint32_t>(total, "synapses of a projection");
        std::exclusive_scan(end_.begin(), end_.end(), end_.begin(), std::uint32_t{0});
    }

    void allocate() {
        const bool one_weight = plastic_ == nullptr && make_.constant_weight().has_value();
        columns_.targets = Buffer<std::uint16_t>(columns_.size);
        if (one_weight)
            columns_.weight =
                single_ ? static_cast<double>(static_cast<float>(*make_.constant_weight()))
                        : *make_.constant_weight();
        else if (single_) columns_.weights_single = Buffer<float>(columns_.size);
        else columns_.weights = Buffer<double>(columns_.size);
        const bool one_receptor =
            projection_.receptor || make_.constant_weight() || target_model_.receptors() == 1;
        if (make_.constant_delay() && one_receptor && slice_.size <= block_size) {
            shared_key_ = {static_cast<std::uint16_t>(*make_.constant_delay()),
                           receptor(make_.constant_weight().value_or(0.0)), 0};
        } else {
            keys_.resize(columns_.size);
        }
        if (plastic_ != nullptr && make_.constant_weight() && columns_.size > 0)
            check_weight(*make_.constant_weight());
    }

    /// Puts each synapse at the end of what its source has so far; end_ of a source grows to the
    /// next one's begin.
    void place() {
        for (LocalIndex t = 0; t < slice_.size; ++t) {
            make_.draw(slice_.begin + t);
            const auto& sources = make_.sources();
            for (std::size_t k = 0; k < sources.size(); ++k) {
                prefetch_place(sources[std::min(k + ahead, sources.size() - 1)]);
                const std::uint32_t at = end_[sources[k]]++;
                const double weight =
                    make_.constant_weight() ? *make_.constant_weight() : make_.weights()[k];
                columns_.targets[at] = static_cast<std::uint16_t>(t % block_size);
                if (plastic_ != nullptr && !make_.constant_weight()) check_weight(weight);
                if (!columns_.weights.empty()) columns_.weights[at] = weight;
                if (!columns_.weights_single.empty())
                    columns_.weights_single[at] = static_cast<float>(weight);
                if (keys_.empty()) continue;
                const Step delay =
                    make_.constant_delay() ? *make_.constant_delay() : make_.delays()[k];
                keys_[at] = {static_cast<std::uint16_t>(delay), receptor(weight),
                             static_cast<std::uint8_t>(t / block_size)};
            }
        }
    }

    /// Asks for where the next synapse of a source will be put: sources come in random order.
    void prefetch_place(NodeIndex source) {
        const std::uint32_t at = end_[source];
        __builtin_prefetch(columns_.targets.data() + at, 1);
        if (!columns_.weights.empty()) __builtin_prefetch(columns_.weights.data() + at, 1);
        if (!columns_.weights_single.empty())
            __builtin_prefetch(columns_.weights_single.data() + at, 1);
        if (!keys_.empty()) __builtin_prefetch(keys_.data() + at, 1);
    }

    void finish_source(NodeIndex source, std::uint32_t begin, std::uint32_t end,
                       SourceSegments& out) {
        if (!keys_.empty()) sort(begin, end);
        const auto key = [&](std::uint32_t i) { return keys_.empty() ? shared_key_ : keys_[i]; };
        for (std::uint32_t at = begin; at < end;) {
            std::uint32_t next = at + 1;
            while (next < end && next - at < longest_segment && key(next) == key(at)) ++next;
            const SegmentKey k = key(at);
            out.push_back({source,
                           {at, static_cast<std::uint16_t>(next - at), k.delay(), number_,
                            k.receptor(), k.block()}});
            at = next;
        }
    }

    /// Orders the synapses of one source by (delay, receptor, block); targets keep their order
    /// within.
    void sort(std::uint32_t begin, std::uint32_t end) {
        const auto of_source = [&](auto& column) {
            return std::span(column.data() + begin, column.data() + end);
        };
        order_.order(of_source(keys_));
        order_.permute(of_source(keys_));
        order_.permute(of_source(columns_.targets));
        if (!columns_.weights.empty()) order_.permute(of_source(columns_.weights));
        if (!columns_.weights_single.empty()) order_.permute(of_source(columns_.weights_single));
    }

    [[nodiscard]] std::uint8_t receptor(double weight) const {
        return static_cast<std::uint8_t>(projection_.receptor
                                             ? static_cast<std::size_t>(*projection_.receptor)
                                             : target_model_.receptor_of(weight));
    }

    void check_weight(double weight) const {
        const std::string why = plastic_->objection(projection_.common, weight);
        if (!why.empty())
            throw Error(fmt::format(
                "projection '{}': weight = {} ({}). Change the weight or the parameters of '{}'",
                projection_.name, weight, why, projection_.synapse_model));
    }

    const Network::Projection& projection_;
    const NeuronSlice& slice_;
    SynapseColumns& columns_;
    const NeuronModel& target_model_;
    const PlasticModel* plastic_;
    TargetSynapses make_;
    std::uint16_t number_;
    bool single_;
    std::vector<std::uint32_t> end_;  ///< of each source's synapses so far
    SegmentKey shared_key_;           ///< of all synapses, when keys_ is empty
    std::vector<SegmentKey> keys_;
    SegmentOrder order_;
};

}  // namespace

SourceSegments connect(VirtualProcess& vp, const Network& network, const Registry& registry,
                       std::size_t projection, const StoredSynapses* stored) {
    return Connector(vp, network, registry, projection, stored).run();
}

}  // namespace engram::build
