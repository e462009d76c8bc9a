// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/random.hpp"
#include "models/rule.hpp"
#include "network/network.hpp"

namespace engram::build {

/// Synapses onto a range of targets as they were stored: what takes the place of a rule on
/// restoring.
struct StoredSynapses {
    /// Whether there are any to take the rule's place: not where the rule draws.
    [[nodiscard]] bool given() const { return !begin.empty(); }

    NodeIndex target_begin = 0;
    std::vector<std::uint64_t> begin;  ///< for each target, and the end of the last
    std::vector<std::uint64_t> source;
    std::vector<double> weight, delay;  ///< delay in ms
    /// The value all of them share, if they do: it need not be held for each.
    std::optional<double> constant_weight, constant_delay;

    /// Sets them from the columns.
    void find_constants();
};

/// Those of a projection, or nullptr where its rule draws.
inline const StoredSynapses* stored_of(const std::vector<StoredSynapses>& stored,
                                       std::size_t projection) {
    return stored.empty() || !stored[projection].given() ? nullptr : &stored[projection];
}

/// The weight that all synapses of a projection have for certain, if there is one.
std::optional<double> constant_weight(const Network::Projection& projection,
                                      const StoredSynapses* stored);

/// Makes the synapses of one projection target by target, in the order k that identifies them. May
/// be asked again for the same target, and gives the same again; nothing depends on who asks. Used
/// by one thread.
class TargetSynapses {
public:
    TargetSynapses(const Network& network, const Registry& registry, std::size_t projection,
                   const StoredSynapses* stored);

    /// Before the targets of [begin, end) are asked for.
    void prepare(NodeIndex begin, NodeIndex end);
    /// That a source and a target are connected at all, where the rule tells it.
    [[nodiscard]] std::optional<double> chance() const {
        return rule_ ? rule_->chance() : std::nullopt;
    }
    /// Fills sources(); cheap pass that counts.
    void draw_sources(NodeIndex target);
    /// Fills sources(), weights() and delays().
    void draw(NodeIndex target);

    [[nodiscard]] const std::vector<NodeIndex>& sources() const { return sources_; }
    /// Empty when constant_weight() holds.
    [[nodiscard]] const std::vector<double>& weights() const { return weights_; }
    /// Steps; empty when constant_delay() holds.
    [[nodiscard]] const std::vector<std::uint16_t>& delays() const { return delays_; }
    [[nodiscard]] std::optional<double> constant_weight() const { return constant_weight_; }
    [[nodiscard]] std::optional<Step> constant_delay() const { return constant_delay_; }

private:
    void draw_values(const Value& value, const std::vector<double>& listed, Stream stream,
                     NodeIndex target, std::vector<double>& out);
    [[nodiscard]] Step to_delay(double ms) const;
    void round_delays();

    const Network& network_;
    const Network::Projection& projection_;
    std::uint32_t number_;
    const StoredSynapses* stored_;
    std::unique_ptr<RuleSources> rule_;
    std::vector<std::uint64_t> list_order_;  ///< explicit lists: entries ordered by target
    RuleDraws draws_;
    std::vector<NodeIndex> sources_;
    std::vector<std::uint64_t> entries_;  ///< explicit lists: which entry each synapse is
    std::vector<double> weights_, delays_ms_;
    std::vector<std::uint16_t> delays_;
    std::optional<double> constant_weight_;
    std::optional<Step> constant_delay_;
};

}  // namespace engram::build
