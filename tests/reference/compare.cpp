// SPDX-License-Identifier: Apache-2.0
#include "compare.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/time.hpp"

namespace engram::reference {

Integration integration_of(const std::string& model) {
    if (model == "izhikevich") return Integration::izhikevich;
    for (const char* family : {"iaf_cond_", "hh_", "aeif_"})
        if (model.starts_with(family)) return Integration::adaptive;
    return Integration::exact;
}

Spikes to_spikes(const std::vector<double>& times, const std::vector<std::uint64_t>& nodes,
                 double resolution) {
    Spikes spikes;
    for (std::size_t i = 0; i < times.size(); ++i)
        spikes.emplace_back(to_steps(times[i], resolution), nodes[i]);
    std::sort(spikes.begin(), spikes.end());
    return spikes;
}

Spikes up_to(Step end, Spikes spikes) {
    std::erase_if(spikes, [end](const auto& spike) { return spike.first > end; });
    return spikes;
}

Tolerance::Tolerance(Integration integration, std::vector<double> spike_times)
    : integration_(integration), spike_times_(std::move(spike_times)) {}

std::optional<double> Tolerance::at(double ms, double value) const {
    constexpr double near = 5.0;  // ms; in these a step more or less changes V_m by much
    const auto after = [&](double time) { return ms > time; };
    const auto close = [&](double time) { return std::abs(ms - time) < near; };
    const bool spiked = std::any_of(spike_times_.begin(), spike_times_.end(), after);
    switch (integration_) {
        case Integration::izhikevich:
            return spiked ? 1e-6 : 1e-8;
        case Integration::adaptive:
            if (std::any_of(spike_times_.begin(), spike_times_.end(), close)) return std::nullopt;
            return 2e-3;
        case Integration::exact:
            break;
    }
    return 1e-9 + 1e-9 * std::abs(value);
}

bool Findings::note(Compared& compared, double error, double allowed) {
    ++compared.count;
    if (std::isnan(error) || error > compared.error) compared.error = error;
    const bool failed = !std::isfinite(error) || error > allowed;
    return failed && compared.failures++ == 0;
}

void Findings::spikes(const Spikes& expected, const Spikes& found, Step slack, double resolution) {
    spike_count_ = spike_count_.value_or(0) + expected.size();
    const auto alike = [slack](const auto& a, const auto& b) {
        return a.second == b.second && std::abs(a.first - b.first) <= slack;
    };
    const auto [e, f] =
        std::mismatch(expected.begin(), expected.end(), found.begin(), found.end(), alike);
    if (e == expected.end() && f == found.end()) return;
    const auto describe = [&](auto at, auto end) {
        if (at == end) return std::string("none");
        return fmt::format("neuron {} at {} ms", at->second, to_ms(at->first, resolution));
    };
    problem(fmt::format("{} spikes instead of {}; number {}: {} instead of {}", found.size(),
                        expected.size(), e - expected.begin(), describe(f, found.end()),
                        describe(e, expected.end())));
}

void Findings::samples(const Samples& expected, const Trace& found, std::uint64_t node,
                       const Tolerance& tolerance) {
    for (std::size_t k = 0; k < expected.values.size(); ++k) {
        const double time = expected.first + static_cast<double>(k) * expected.interval;
        const auto at = static_cast<std::size_t>(std::llround(time / expected.interval) - 1);
        if (at >= found.times.size() || std::abs(found.times[at] - time) > 1e-6)
            return problem(fmt::format("no sample of {} at {:g} ms", expected.variable, time));
        const double value = found.values[at * found.nodes + node];
        const double wanted = expected.values[k];
        const auto allowed = tolerance.at(time, wanted);
        if (allowed && note(samples_, std::abs(value - wanted), *allowed))
            problem(fmt::format("{} of neuron {} = {} instead of {} at {:g} ms", expected.variable,
                                node, value, wanted, time));
    }
}

void Findings::weight(const std::string& what, double expected, double found) {
    constexpr double allowed = 1e-9;
    const double error = found == expected ? 0.0 : std::abs(found - expected) / std::abs(expected);
    if (note(weights_, error, allowed))
        problem(fmt::format("weight of {} = {} instead of {}", what, found, expected));
}

std::string Findings::text() const {
    std::vector<std::string> parts;
    if (spike_count_) parts.push_back(fmt::format("{} spikes", *spike_count_));
    const auto add = [&](const Compared& compared, const char* what, const char* error) {
        if (compared.count == 0) return;
        const std::string wrong =
            compared.failures ? fmt::format(", {} out of tolerance", compared.failures) : "";
        parts.push_back(
            fmt::format("{} {} ({} {:.1e}{})", compared.count, what, error, compared.error, wrong));
    };
    add(samples_, "samples", "error");
    add(weights_, "weights", "relative error");
    const std::string numbers = fmt::format("{}", fmt::join(parts, ", "));
    const char* between = numbers.empty() || problems_.empty() ? "" : ": ";
    return fmt::format("{}{}{}", numbers, between, fmt::join(problems_, "; "));
}

}  // namespace engram::reference
