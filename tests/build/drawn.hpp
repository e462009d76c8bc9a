// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/registry.hpp"
#include "build/target_synapses.hpp"

namespace engram::test {

/// How many synapses there are from each source onto each target.
struct Drawn {
    std::uint64_t sources = 0, targets = 0;
    std::vector<int> synapses;  ///< by source, then target

    [[nodiscard]] int of(std::uint64_t source, std::uint64_t target) const {
        return synapses[source * targets + target];
    }
    [[nodiscard]] std::vector<int> indegrees() const {
        std::vector<int> result(targets, 0);
        for (std::size_t i = 0; i < synapses.size(); ++i) result[i % targets] += synapses[i];
        return result;
    }
    [[nodiscard]] std::vector<int> outdegrees() const {
        std::vector<int> result(sources, 0);
        for (std::size_t i = 0; i < synapses.size(); ++i) result[i / targets] += synapses[i];
        return result;
    }
};

/// Two populations connected by a rule, A onto B, or A onto A where the same is asked for; or a
/// device in the place of A. Drawn without ranks, again and again with other seeds.
class DrawnRule {
public:
    enum class Ends { different, same, device };

    DrawnRule(const Rule& rule, std::uint64_t sources, std::uint64_t targets,
              Ends ends = Ends::different)
        : sources_(ends == Ends::device ? 1 : sources),
          targets_(ends == Ends::same ? sources : targets) {
        NetworkDescription d;
        d.population("A", "iaf_psc_delta", sources);
        d.population("B", "iaf_psc_delta", targets);
        d.device("noise", "poisson_generator");
        d.connect(ends == Ends::device ? "noise" : "A", {ends == Ends::same ? "A" : "B"}, rule);
        network_ = resolve(d, registry_);
    }

    /// In as many parts, as by virtual processes.
    Drawn draw(std::uint64_t seed, std::uint64_t parts = 1) {
        network_.seed = seed;
        build::TargetSynapses make(network_, registry_, 0, nullptr);
        Drawn drawn{sources_, targets_, std::vector<int>(sources_ * targets_, 0)};
        for (std::uint64_t part = 0; part < parts; ++part) {
            const NodeIndex begin = targets_ * part / parts, end = targets_ * (part + 1) / parts;
            make.prepare(begin, end);
            for (NodeIndex target = begin; target < end; ++target) {
                make.draw_sources(target);
                for (const NodeIndex source : make.sources())
                    ++drawn.synapses.at(source * targets_ + target);
            }
        }
        return drawn;
    }

    [[nodiscard]] std::optional<double> chance() const {
        return build::TargetSynapses(network_, registry_, 0, nullptr).chance();
    }

private:
    std::uint64_t sources_, targets_;
    Registry registry_ = builtin_models();
    Network network_;
};

}  // namespace engram::test
