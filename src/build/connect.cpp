// SPDX-License-Identifier: Apache-2.0
#include "build/connect.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "build/bundle_member.hpp"
#include "build/segment_order.hpp"
#include "build/source_places.hpp"

namespace engram::build {
namespace {

constexpr std::size_t ahead = 24;  // synapses whose places are asked for before they are written
constexpr LocalIndex tried = 16;   // targets by which the others are judged
constexpr std::size_t kept_to_keys = 6;  // least ratio of memory, beyond the least room
constexpr std::size_t least_room = std::size_t{1} << 20;  // bytes

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
            members_.push_back({projection, slice,
                                registry.neuron(network.populations[projection.target].model->name),
                                TargetSynapses(network, registry, p, stored_of(stored, p)),
                                slice.first_input - first});
        }
        columns_.projections = bundle;
        columns_.since = network.projections[bundle.front()].since;
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
        result.reserve(places_.used());
        if (shared_key_) connect_all<Shared>(result);
        else connect_keyed(result);
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
            const LocalIndex drawn = std::min(m.slice.size, tried);
            std::uint64_t found = 0;
            for (LocalIndex t = 0; t < drawn; ++t) {
                m.make.draw_sources(m.slice.begin + t);
                found += m.make.sources().size();
            }
            if (drawn > 0) synapses += found * m.slice.size / drawn;
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

    /// The bits that are set in the keys of the first targets' synapses.
    [[nodiscard]] std::uint32_t bits_of_first_keys() {
        std::uint32_t bits = 0;
        for (Member& m : members_)
            for (LocalIndex t = 0; t < std::min(m.slice.size, tried); ++t) {
                m.make.draw(m.slice.begin + t);
                bits |= m.draw_keys(format_, m.first_target + t, drawn_keys_);
            }
        return bits;
    }

    /// With keys as short as they can be; where a later target has a longer one, once more.
    void connect_keyed(SourceSegments& out) {
        const std::uint32_t bits = bits_of_first_keys();
        if (bits <= std::numeric_limits<std::uint8_t>::max()) {
            if (connect_all<std::uint8_t>(out)) return;
            count();
        }
        if (bits <= std::numeric_limits<std::uint16_t>::max()) {
            if (connect_all<std::uint16_t>(out)) return;
            count();
        }
        connect_all<std::uint32_t>(out);
    }

    /// Sources by their numbers, and the places of their synapses.
    struct Part {
        std::size_t begin, end;
        std::uint32_t first_synapse;
        std::size_t end_of_synapses;
    };

    /// All sources; in parts, for which synapses are drawn again, where keys would take much more
    /// memory than the columns and their segments take.
    template <class Key>
    [[nodiscard]] std::vector<Part> parts() {
        const std::vector<std::uint32_t>& begin = places_.next();
        std::vector<Part> result{{0, begin.size(), 0, columns_.size}};
        if constexpr (std::is_same_v<Key, Shared>) return result;
        else {
            const std::size_t kept =
                columns_.bytes() + places_.used() * sizeof(SourceSegment);  // one each, at least
            const std::size_t room = std::max(least_room, kept / kept_to_keys);
            for (std::size_t number = 1; number < begin.size(); ++number) {
                const std::size_t end =
                    number + 1 < begin.size() ? begin[number + 1] : columns_.size;
                Part& last = result.back();
                if ((end - last.first_synapse) * sizeof(Key) <= room) continue;
                if (number == last.begin) continue;  // a source is not divided
                last.end = number;
                last.end_of_synapses = begin[number];
                result.push_back({number, begin.size(), begin[number], columns_.size});
            }
            return result;
        }
    }

    /// False when a key does not fit, which the first part finds: each draws the keys of all.
    template <class Key>
    bool connect_all(SourceSegments& out) {
        for (const Part& part : parts<Key>()) {
            part_ = part;
            if constexpr (!std::is_same_v<Key, Shared>) make_room(sizeof(Key));
            for (Member& m : members_)
                if (!place<Key>(m)) return false;
            finish<Key>(out);
        }
        return true;
    }

    void make_room(std::size_t key_bytes) {
        const std::size_t wanted = (part_.end_of_synapses - part_.first_synapse) * key_bytes;
        if (room_.size() >= wanted) return;
        room_ = {};  // before there is more
        room_ = Buffer<std::byte>(wanted);
    }

    /// For the keys of a part's synapses, from the first of these on.
    template <class Key>
    Key* keys() {
        return reinterpret_cast<Key*>(room_.data());
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
            const std::vector<NodeIndex>* sources = &places_.numbers(m.make.sources());
            const double* of_sources = weights.data();
            if (part_.begin > 0 || part_.end < places_.next().size()) {
                take_part(*sources, weights);
                sources = &part_sources_;
                of_sources = part_weights_.data();
            }
            if (!columns_.weights.empty())
                put<Key>(*sources, target, of_sources, columns_.weights.data());
            else if (!columns_.weights_single.empty())
                put<Key>(*sources, target, of_sources, columns_.weights_single.data());
            else put<Key>(*sources, target, nullptr, static_cast<Shared*>(nullptr));
        }
        return true;
    }

    /// Leaves out what belongs to other parts: of the sources, the keys, and the weights if any.
    void take_part(const std::vector<NodeIndex>& sources, const std::vector<double>& weights) {
        part_sources_.resize(sources.size());
        part_weights_.resize(weights.size());
        std::size_t kept = 0;
        for (std::size_t k = 0; k < sources.size(); ++k) {
            part_sources_[kept] = sources[k];
            drawn_keys_[kept] = drawn_keys_[k];
            if (!weights.empty()) part_weights_[kept] = weights[k];
            if (part_.begin <= sources[k] && sources[k] < part_.end) ++kept;
        }
        part_sources_.resize(kept);
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
        const std::uint32_t first = part_.first_synapse;
        const std::size_t size = sources.size();
        for (std::size_t k = 0; k < size; ++k) {
            const std::uint32_t next = end[source[std::min(k + ahead, size - 1)]];
            __builtin_prefetch(targets + next, 1);
            if constexpr (weighted) __builtin_prefetch(weight_column + next, 1);
            if constexpr (keyed) __builtin_prefetch(key_column + (next - first), 1);
            const std::uint32_t at = end[source[k]]++;
            targets[at] = in_block;
            if constexpr (weighted) weight_column[at] = static_cast<Weight>(weights[k]);
            if constexpr (keyed) key_column[at - first] = static_cast<Key>(drawn_keys[k]);
        }
    }

    template <class Key>
    void finish(SourceSegments& out) {
        const std::vector<std::uint32_t>& end = places_.next();
        std::uint32_t begin = part_.first_synapse;
        for (std::size_t number = part_.begin; number < part_.end; begin = end[number++])
            finish_source<Key>(places_.source(number), begin, end[number], out);
    }

    template <class Key>
    void finish_source(NodeIndex source, std::uint32_t begin, std::uint32_t end,
                       SourceSegments& out) {
        constexpr bool keyed = !std::is_same_v<Key, Shared>;
        if constexpr (keyed) sort<Key>(begin, end);
        const auto key = [&](std::uint32_t i) {
            if constexpr (keyed) return std::uint32_t{keys<Key>()[i - part_.first_synapse]};
            else return *shared_key_;
        };
        for (std::uint32_t at = begin; at < end;) {
            std::uint32_t next = at + 1;
            while (next < end && next - at < Segment::longest && key(next) == key(at)) ++next;
            const std::uint32_t k = key(at);
            const auto kind =
                kinds_.number({format_.delay(k), number_, format_.receptor(k), format_.block(k)});
            out.push_back({source_.first + source, {at, kind, next - at}});
            at = next;
        }
    }

    /// Orders the synapses of one source by (delay, receptor, block); targets keep their order
    /// within.
    template <class Key>
    void sort(std::uint32_t begin, std::uint32_t end) {
        const std::span<Key> of_keys(keys<Key>() + (begin - part_.first_synapse), end - begin);
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
    Buffer<std::byte>& room_;                  ///< else for the keys of a part's
    std::vector<std::uint32_t> drawn_keys_;    ///< of one target's synapses
    std::vector<double> drawn_weights_;
    Part part_{};                          ///< being connected
    std::vector<NodeIndex> part_sources_;  ///< of one target's synapses, its sources' numbers
    std::vector<double> part_weights_;
    SegmentOrder order_;
};

}  // namespace

SourceSegments connect(VirtualProcess& vp, const Network& network, const Registry& registry,
                       const Bundle& bundle, std::size_t columns,
                       const std::vector<StoredSynapses>& stored, SegmentKinds& kinds,
                       Buffer<std::byte>& room) {
    return Connector(vp, network, registry, bundle, columns, stored, kinds, room)
        .run(vp.synapses.places);
}

}  // namespace engram::build
