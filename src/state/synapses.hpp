// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/buffer.hpp"
#include "core/types.hpp"
#include "models/registry.hpp"
#include "state/calendar.hpp"
#include "state/post_history.hpp"
#include "state/pre_traces.hpp"
#include "state/row_sources.hpp"

namespace engram {

class SynapseKernel;

/// Synapses on one VP as columns, in order of (source, delay, receptor, block, target, k): those of
/// one projection, or of several that share them (build/bundle.hpp).
struct SynapseColumns {
    std::vector<std::size_t> projections;  ///< in the order of their targets' slices
    Buffer<std::uint16_t> targets;         ///< within the block; counted from `inputs`
    Buffer<double> weights;                ///< empty when in single precision or constant
    Buffer<float> weights_single;
    double weight = 0.0;  ///< of all, when constant
    std::size_t size = 0;

    std::vector<double*> inputs;  ///< input rows by receptor, from the slice of the first
                                  ///< projection on; owned by the VP
    SynapseKernel* kernel = nullptr;
    NodeIndex first_node = 0;        ///< of the target slice of the first projection
    PostHistory* history = nullptr;  ///< where weights change: of the target slice
    PreTraces* traces = nullptr;     ///< not of static synapses: of the synapse model
    std::size_t trace_group = 0;     ///< which of the VP's PreTraces that is
    Step since = 0;                  ///< spikes emitted up to this step do not go through them

    [[nodiscard]] bool constant() const { return weights.empty() && weights_single.empty(); }
    /// Those of type T, double or float.
    template <class T>
    [[nodiscard]] T* weight_data() {
        if constexpr (std::is_same_v<T, double>) return weights.data();
        else return weights_single.data();
    }
    [[nodiscard]] double weight_of(std::size_t i) const {
        return !weights.empty()          ? weights[i]
               : !weights_single.empty() ? static_cast<double>(weights_single[i])
                                         : weight;
    }
    /// Of weights that are not constant.
    void set_weight(std::size_t i, double value) {
        if (!weights.empty()) weights[i] = value;
        else weights_single[i] = static_cast<float>(value);
    }
    [[nodiscard]] std::size_t bytes() const {
        return targets.bytes() + weights.bytes() + weights_single.bytes();
    }
};

/// A function that gives the weights from synapse `begin` on. `Weight`: double or float, void where
/// the weight is constant.
template <class Weight>
auto weights_from(const SynapseColumns& columns, std::size_t begin) {
    if constexpr (std::is_void_v<Weight>)
        return [weight = columns.weight](std::size_t) { return weight; };
    else if constexpr (std::is_same_v<Weight, double>)
        return [weights = columns.weights.data() + begin](std::size_t i) { return weights[i]; };
    else
        return [weights = columns.weights_single.data() + begin](std::size_t i) {
            return static_cast<double>(weights[i]);
        };
}

/// Delivers segments of one kind of synapse: one virtual call for a run of segments, none within.
class SynapseKernel {
public:
    virtual ~SynapseKernel() = default;
    /// Adds the weights of the segments to the input rows; plastic synapses change first.
    virtual void deliver(std::span<const CalendarEntry> entries,
                         std::span<SynapseColumns> table) = 0;
    /// Applies to the synapses of a segment all pairings of the pre-synaptic spike at `previous`
    /// (with the trace it left) with the post-synaptic spikes that follow it: the source has been
    /// silent since.
    virtual void settle(const CalendarEntry&, SynapseColumns&, Step /*previous*/,
                        double /*trace*/) {}
};

/// How the weights of columns are held.
enum class Weights { one, single_precision, double_precision };

/// The kernel of synapses whose weights do not change.
std::unique_ptr<SynapseKernel> make_static_kernel(Weights weights);
/// Of those that transmit a share of their weight, which differs from spike to spike.
std::unique_ptr<SynapseKernel> make_short_term_kernel(Weights weights);

/// Calls make(std::type_identity<T>{}), where T is what holds a weight: double, float, or void.
template <class Make>
std::unique_ptr<SynapseKernel> of_weights(Weights weights, Make make) {
    if (weights == Weights::one) return make(std::type_identity<void>{});
    if (weights == Weights::single_precision) return make(std::type_identity<float>{});
    return make(std::type_identity<double>{});
}

/// What a model of synapses that are not static makes of its parameters. Constant, shared by all.
class SynapseDriver {
public:
    /// What a kernel depends on besides the parameters.
    struct Setting {
        double resolution;
        std::uint64_t seed;
        Weights weights;  ///< one: only of a model that does not learn
        RowSources row_sources;
    };
    virtual ~SynapseDriver() = default;
    [[nodiscard]] virtual std::unique_ptr<SynapseKernel> make_kernel(const Numbers& common,
                                                                     const Setting&) const = 0;
    [[nodiscard]] virtual std::unique_ptr<const PreDynamics> make_pre_dynamics(
        const Numbers& common, double resolution) const = 0;

    /// Whether spikes change weights; what follows is asked of models that do so.
    [[nodiscard]] virtual bool learns() const = 0;
    /// The time constant of the first of the pre-synaptic values, which post-synaptic spikes are
    /// paired with. ms.
    [[nodiscard]] virtual double tau_plus(const Numbers&) const { return 0.0; }
    /// Whether post-synaptic spikes need their slower trace.
    [[nodiscard]] virtual bool needs_triplets() const { return false; }
    /// Why a synapse must not start with this weight; "" when it may.
    [[nodiscard]] virtual std::string objection(const Numbers&, double /*weight*/) const {
        return {};
    }
};

/// The parameters of a model file as it wants them.
template <class Model>
typename Model::Parameters parameters_of(const Numbers& common) {
    typename Model::Parameters p;
    for (const auto& [name, value] : common) set_field(p, Model::parameter_fields, name, value);
    return p;
}

/// What all synapses of a segment share.
struct SegmentKind {
    std::uint16_t delay;    ///< steps
    std::uint16_t columns;  ///< which of the table's
    std::uint8_t receptor;
    std::uint8_t block;  ///< targets count from 65,536 x block
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated `< 0` for a pointer
    auto operator<=>(const SegmentKind&) const = default;
};

/// Part of a row: synapses of one kind, side by side in the columns.
class Segment {
public:
    static constexpr std::uint32_t longest = 1023, most_kinds = std::uint32_t{1} << 22;

    Segment(std::uint32_t begin, std::uint32_t kind, std::uint32_t length)
        : begin_(begin), kind_and_length_(kind << 10 | length) {}
    [[nodiscard]] std::uint32_t begin() const { return begin_; }
    [[nodiscard]] std::uint32_t kind() const { return kind_and_length_ >> 10; }
    [[nodiscard]] std::uint32_t length() const { return kind_and_length_ & longest; }

private:
    std::uint32_t begin_;
    std::uint32_t kind_and_length_;
};
static_assert(sizeof(Segment) == 8);

/// Where the synapses of one projection are.
struct ProjectionPlace {
    std::size_t columns = 0;       ///< which of the table's
    std::size_t first_target = 0;  ///< there: the number of the first neuron of the target slice
    std::uint64_t synapses = 0;
};

/// All synapses of one VP. Rows are the rank's sources; a row's segments stand side by side, by
/// (kind, begin).
struct SynapseTable {
    std::vector<SynapseColumns> columns;  ///< in the order of their first projections
    std::vector<ProjectionPlace> places;  ///< for each projection; of devices without meaning
    std::vector<SegmentKind> kinds;       ///< ascending
    Buffer<std::uint32_t> row_begin;      ///< first segment of each row, and the end of the last
    Buffer<Segment> segments;
    std::vector<std::unique_ptr<SynapseKernel>> kernels;
    std::vector<PreTraces> traces;  ///< one for each synapse model that is not static, and each
                                    ///< time at which synapses of it were added

    [[nodiscard]] SynapseColumns& columns_of(std::size_t projection) {
        return columns[places[projection].columns];
    }
    [[nodiscard]] const SynapseColumns& columns_of(std::size_t projection) const {
        return columns[places[projection].columns];
    }
    [[nodiscard]] std::span<const Segment> row(Row r) const {
        return {segments.data() + row_begin[r], segments.data() + row_begin[r + 1]};
    }
    [[nodiscard]] const SegmentKind& kind(const Segment& s) const { return kinds[s.kind()]; }
    [[nodiscard]] CalendarEntry entry(const Segment& s, std::uint32_t spike) const {
        const SegmentKind& k = kind(s);
        return {s.begin(),  static_cast<std::uint16_t>(s.length()),
                k.columns,  k.delay,
                k.receptor, k.block,
                spike};
    }
    [[nodiscard]] std::size_t directory_bytes() const {
        return row_begin.bytes() + segments.bytes() + kinds.size() * sizeof(SegmentKind);
    }
};

/// Keeps the memory system busy: while synapses are delivered, asks for those that come some way
/// behind, a piece at a time. Asking for a whole row at once would fill the queues of the
/// processor, and wait. `Weight` is that of the columns; void where the weight is constant.
template <class Weight>
class Prefetcher {
public:
    static constexpr std::size_t piece = 32;  ///< synapses: a cache line of targets

    Prefetcher(std::span<const CalendarEntry> entries, std::span<const SynapseColumns> table)
        : next_(entries.data()), end_(entries.data() + entries.size()), table_(table.data()) {
        constexpr int pieces_ahead = 24;
        for (int i = 0; i < pieces_ahead; ++i) advance();
    }

    /// Called once for each piece that is delivered; a segment begins a new piece.
    void advance() {
        if (next_ == end_) return;
        const SynapseColumns& columns = table_[next_->columns];
        const std::size_t begin = next_->begin + offset_;
        const std::size_t left = next_->length - offset_;
        touch(columns.targets.data() + begin, left);
        if constexpr (std::is_same_v<Weight, double>) touch(columns.weights.data() + begin, left);
        if constexpr (std::is_same_v<Weight, float>)
            touch(columns.weights_single.data() + begin, left);
        offset_ += piece;
        if (left > piece) return;
        offset_ = 0;
        ++next_;
    }

private:
    /// The lines of a piece, or of the `left` < piece elements at the end of a segment.
    template <class T>
    static void touch(const T* begin, std::size_t left) {
        constexpr std::size_t per_line = 64 / sizeof(T);
        for (std::size_t i = 0; i < piece; i += per_line)
            if (i < left) __builtin_prefetch(begin + i);
        if (left <= piece) __builtin_prefetch(begin + left - 1);
    }

    const CalendarEntry* next_;
    const CalendarEntry* end_;
    const SynapseColumns* table_;
    std::uint32_t offset_ = 0;  ///< synapses of `next_` that were asked for
};

}  // namespace engram
