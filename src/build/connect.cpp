// SPDX-License-Identifier: Apache-2.0
#include "build/connect.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "build/segment_order.hpp"
#include "build/source_places.hpp"

namespace engram::build {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 16;
constexpr std::size_t ahead = 24;  // synapses whose places are asked for before they are written

/// One projection of a bundle.
struct Member {
    const Network::Projection& projection;
    const NeuronSlice& slice;
    const NeuronModel& target_model;
    TargetSynapses make;
    std::size_t first_target;  ///< number of the slice's first neuron in the columns
    std::uint64_t synapses = 0;

    [[nodiscard]] std::uint8_t receptor(double weight) const {
        return static_cast<std::uint8_t>(projection.receptor
                                             ? static_cast<std::size_t>(*projection.receptor)
                                             : target_model.receptor_of(weight));
    }
    /// Of the synapses of a target that were drawn last; returns the bits that are set in any.
    std::uint32_t draw_keys(const SegmentKeys& format, std::size_t target,
                            std::vector<std::uint32_t>& keys) const {
        const auto block = static_cast<std::uint8_t>(target / block_size);
        const bool one_delay = make.constant_delay().has_value();
        const auto delay = static_cast<std::uint16_t>(make.constant_delay().value_or(0));
        const std::uint16_t* const delays = make.delays().data();
        const bool one_receptor =
            make.constant_weight() || projection.receptor || target_model.receptors() == 1;
        const std::uint8_t first = receptor(make.constant_weight().value_or(0.0));
        const double* const weights = make.weights().data();
        keys.resize(make.sources().size());
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < keys.size(); ++k) {
            keys[k] = format.number(one_delay ? delay : delays[k],
                                    one_receptor ? first : receptor(weights[k]), block);
            bits |= keys[k];
        }
        return bits;
    }
    /// Of all its synapses, if it is one.
    [[nodiscard]] std::optional<std::uint32_t> key(const SegmentKeys& format) const {
        if (!make.constant_delay() || first_target + slice.size > block_size) return std::nullopt;
        if (!projection.receptor && !make.constant_weight() && target_model.receptors() > 1)
            return std::nullopt;
        return format.number(static_cast<std::uint16_t>(*make.constant_delay()),
                             receptor(make.constant_weight().value_or(0.0)), 0);
    }
};

/// What stands for the type of a column that there is not: of keys or weights that all share.
struct Shared {};

/// The synapses of a bundle on one VP, while they are being made.
class Connector {
public:
    Connector(VirtualProcess& vp, const Network& network, const Registry& registry,
              const Bundle& bundle, std::size_t number, const std::vector<StoredSynapses>& stored,
              SegmentKinds& kinds, Buffer<std::byte>& room)
        : source_(network.populations[network.projections[bundle.front()].source]),
          columns_(vp.synapses.columns[number]),
          plastic_(registry.plastic(network.projections[bundle.front()].base_model)),
          number_(narrow<std::uint16_t>(number, "projections", "Join some of them")),
          single_(network.single_precision),
          kinds_(kinds),
          room_(room) {
        const std::size_t first = vp.slices[network.projections[bundle.front()].target].first_input;
        for (const std::size_t p : bundle) {
            const auto& projection = network.projections[p];
            const NeuronSlice& slice = vp.slices[projection.target];
            members_.push_back(
                {projection, slice,
                 registry.neuron(network.populations[projection.target].model->name),
                 TargetSynapses(network, registry, p, stored_of(stored, p)),
                 slice.first_input - first});
        }
        columns_.projections = bundle;
        for (auto& row : vp.input_rows) columns_.inputs.push_back(row.data() + first);
        if (members_.back().first_target + members_.back().slice.size > most_targets)
            throw Error(
                "too many neurons on a virtual process (16,777,216 of a population at most). Use "
                "more ranks or threads");
    }

    SourceSegments run(std::vector<ProjectionPlace>& places) {
        for (Member& m : members_) m.make.prepare(m.slice.begin, m.slice.begin + m.slice.size);
        count();
        allocate();
        SourceSegments result;
        if (shared_key_) {
            place<Shared>();
            finish<Shared>(result);
        } else if (place<std::uint16_t>()) {
            finish<std::uint16_t>(result);
        } else {  // a long delay
            count();
            place<std::uint32_t>();
            finish<std::uint32_t>(result);
        }
        for (std::size_t i = 0; i < members_.size(); ++i)
            places[columns_.projections[i]] = {number_, members_[i].first_target,
                                               members_[i].synapses};
        return result;
    }

private:
    /// About how many there will be, judged by the first targets.
    [[nodiscard]] std::uint64_t expected_synapses() {
        std::uint64_t synapses = 0;
        for (Member& m : members_) {
            const LocalIndex tried = std::min<LocalIndex>(m.slice.size, 16);
            std::uint64_t drawn = 0;
            for (LocalIndex t = 0; t < tried; ++t) {
                m.make.draw_sources(m.slice.begin + t);
                drawn += m.make.sources().size();
            }
            if (tried > 0) synapses += drawn * m.slice.size / tried;
        }
        return synapses;
    }

    /// Where the synapses of each source begin.
    void count() {
        places_ = SourcePlaces(source_.size, expected_synapses());
        std::uint64_t total = 0;
        for (Member& m : members_) {
            m.synapses = 0;
            for (LocalIndex t = 0; t < m.slice.size; ++t) {
                m.make.draw_sources(m.slice.begin + t);
                places_.expect(m.make.sources());
                m.synapses += m.make.sources().size();
            }
            total += m.synapses;
        }
        columns_.size = narrow<std::uint32_t>(total, "synapses of a source population");
        places_.assign();
    }

    void allocate() {
        const auto weight = members_.front().make.constant_weight();
        columns_.targets = Buffer<std::uint16_t>(columns_.size);
        if (plastic_ == nullptr && weight)
            columns_.weight = single_ ? static_cast<double>(static_cast<float>(*weight)) : *weight;
        else if (single_) columns_.weights_single = Buffer<float>(columns_.size);
        else columns_.weights = Buffer<double>(columns_.size);
        choose_keys();
        if (plastic_ != nullptr && weight && columns_.size > 0)
            check_weight(members_.front(), *weight);
    }

    void choose_keys() {
        const auto bits_for = [](std::size_t largest) {
            return static_cast<int>(std::bit_width(largest));
        };
        const std::size_t targets = members_.back().first_target + members_.back().slice.size;
        format_.block_bits = bits_for(targets > 0 ? (targets - 1) / block_size : 0);
        std::size_t receptors = 1;
        for (const Member& m : members_)
            receptors = std::max(receptors, m.target_model.receptors());
        format_.receptor_bits = bits_for(receptors - 1);
        shared_key_ = members_.front().key(format_);
        if (!std::all_of(members_.begin(), members_.end(),
                         [&](const Member& m) { return m.key(format_) == shared_key_; }))
            shared_key_.reset();
    }

    /// For the keys of all synapses.
    template <class Key>
    Key* keys() {
        return reinterpret_cast<Key*>(room_.data());
    }

    /// False when a key does not fit.
    template <class Key>
    bool place() {
        if constexpr (!std::is_same_v<Key, Shared>)
            if (room_.size() < columns_.size * sizeof(Key)) {
                room_ = {};  // before there is more
                room_ = Buffer<std::byte>(columns_.size * sizeof(Key));
            }
        return std::all_of(members_.begin(), members_.end(),
                           [&](Member& m) { return place<Key>(m); });
    }

    template <class Key>
    bool place(Member& m) {
        const auto one_weight = m.make.constant_weight();
        for (LocalIndex t = 0; t < m.slice.size; ++t) {
            m.make.draw(m.slice.begin + t);
            const std::size_t target = m.first_target + t;
            if constexpr (!std::is_same_v<Key, Shared>)
                if (m.draw_keys(format_, target, drawn_keys_) > std::numeric_limits<Key>::max())
                    return false;
            if (one_weight && !(columns_.weights.empty() && columns_.weights_single.empty()))
                drawn_weights_.assign(m.make.sources().size(), *one_weight);
            const auto& weights = one_weight ? drawn_weights_ : m.make.weights();
            if (plastic_ != nullptr && !one_weight)
                for (const double weight : weights) check_weight(m, weight);
            const auto& sources = places_.numbers(m.make.sources());
            if (!columns_.weights.empty())
                put<Key>(sources, target, weights.data(), columns_.weights.data());
            else if (!columns_.weights_single.empty())
                put<Key>(sources, target, weights.data(), columns_.weights_single.data());
            else put<Key>(sources, target, nullptr, static_cast<Shared*>(nullptr));
        }
        return true;
    }

    /// Puts each synapse of a target at the end of what its source has so far. Sources come in
    /// random order: their places are asked for before.
    template <class Key, class Weight>
    void put(const std::vector<NodeIndex>& sources, std::size_t target, const double* weights,
             Weight* weight_column) {
        constexpr bool weighted = !std::is_same_v<Weight, Shared>;
        constexpr bool keyed = !std::is_same_v<Key, Shared>;
        const auto in_block = static_cast<std::uint16_t>(target % block_size);
        std::uint16_t* const targets = columns_.targets.data();
        std::uint32_t* const end = places_.next().data();
        const NodeIndex* const source = sources.data();
        const std::uint32_t* const drawn_keys = drawn_keys_.data();
        Key* const key_column = keys<Key>();
        const std::size_t size = sources.size();
        for (std::size_t k = 0; k < size; ++k) {
            const std::uint32_t next = end[source[std::min(k + ahead, size - 1)]];
            __builtin_prefetch(targets + next, 1);
            if constexpr (weighted) __builtin_prefetch(weight_column + next, 1);
            if constexpr (keyed) __builtin_prefetch(key_column + next, 1);
            const std::uint32_t at = end[source[k]]++;
            targets[at] = in_block;
            if constexpr (weighted) weight_column[at] = static_cast<Weight>(weights[k]);
            if constexpr (keyed) key_column[at] = static_cast<Key>(drawn_keys[k]);
        }
    }

    template <class Key>
    void finish(SourceSegments& out) {
        out.reserve(places_.used());
        const std::vector<std::uint32_t>& end = places_.next();
        std::uint32_t begin = 0;
        for (std::size_t number = 0; number < end.size(); begin = end[number++])
            finish_source<Key>(places_.source(number), begin, end[number], out);
    }

    template <class Key>
    void finish_source(NodeIndex source, std::uint32_t begin, std::uint32_t end,
                       SourceSegments& out) {
        constexpr bool keyed = !std::is_same_v<Key, Shared>;
        if constexpr (keyed) sort<Key>(begin, end);
        const auto key = [&](std::uint32_t i) {
            if constexpr (keyed) return std::uint32_t{keys<Key>()[i]};
            else return *shared_key_;
        };
        for (std::uint32_t at = begin; at < end;) {
            std::uint32_t next = at + 1;
            while (next < end && next - at < Segment::longest && key(next) == key(at)) ++next;
            const std::uint32_t k = key(at);
            const auto kind = kinds_.number(
                {format_.delay(k), number_, format_.receptor(k), format_.block(k)});
            out.push_back({source_.first + source, {at, kind, next - at}});
            at = next;
        }
    }

    /// Orders the synapses of one source by (delay, receptor, block); targets keep their order
    /// within.
    template <class Key>
    void sort(std::uint32_t begin, std::uint32_t end) {
        const std::span<Key> of_keys(keys<Key>() + begin, keys<Key>() + end);
        const auto of_source = [&](auto& column) {
            return std::span(column.data() + begin, column.data() + end);
        };
        order_.order(std::span<const Key>(of_keys));
        order_.permute(of_keys);
        order_.permute(of_source(columns_.targets));
        if (!columns_.weights.empty()) order_.permute(of_source(columns_.weights));
        if (!columns_.weights_single.empty()) order_.permute(of_source(columns_.weights_single));
    }

    void check_weight(const Member& m, double weight) const {
        const std::string why = plastic_->objection(m.projection.common, weight);
        if (!why.empty())
            throw Error(fmt::format(
                "projection '{}': weight = {} ({}). Change the weight or the parameters of '{}'",
                m.projection.name, weight, why, m.projection.synapse_model));
    }

    const Network::Population& source_;
    SynapseColumns& columns_;
    const SynapseDriver* plastic_;  ///< where weights change
    std::vector<Member> members_;
    std::uint16_t number_;
    bool single_;
    SourcePlaces places_;
    SegmentKinds& kinds_;
    SegmentKeys format_;
    std::optional<std::uint32_t> shared_key_;  ///< of all synapses, if it is one
    Buffer<std::byte>& room_;                  ///< else for the keys of each
    std::vector<std::uint32_t> drawn_keys_;    ///< of one target's synapses
    std::vector<double> drawn_weights_;
    SegmentOrder order_;
};

}  // namespace

SourceSegments connect(VirtualProcess& vp, const Network& network, const Registry& registry,
                       const Bundle& bundle, std::size_t columns,
                       const std::vector<StoredSynapses>& stored, SegmentKinds& kinds,
                       Buffer<std::byte>& room) {
    return Connector(vp, network, registry, bundle, columns, stored, kinds, room).run(vp.synapses.places);
}

}  // namespace engram::build
