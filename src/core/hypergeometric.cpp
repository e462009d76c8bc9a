// SPDX-License-Identifier: Apache-2.0
#include "core/hypergeometric.hpp"

#include <algorithm>
#include <cmath>

#include "core/math.hpp"
#include "core/rejection.hpp"

namespace engram {
namespace {

/// One by one.
std::uint64_t by_taking(RandomStream& random, std::uint64_t good, std::uint64_t bad,
                        std::uint64_t drawn) {
    std::uint64_t taken = 0;
    for (std::uint64_t i = 0; i < drawn; ++i)
        if (random.below(good + bad - i) < good - taken) ++taken;
    return taken;
}

/// drawn <= good <= bad.
class Distribution {
public:
    Distribution(std::uint64_t good, std::uint64_t bad, std::uint64_t drawn)
        : good_(static_cast<double>(good)),
          bad_(static_cast<double>(bad)),
          drawn_(static_cast<double>(drawn)),
          total_(static_cast<double>(good + bad)),
          left_(static_cast<double>(good + bad - drawn)),
          mean_(drawn_ * (good_ / total_)) {}

    [[nodiscard]] double mean() const { return mean_; }

    /// But for a constant, log of the probability of `k`: the four parts of good and bad, drawn and
    /// left, differ from what is expected of them by the same.
    [[nodiscard]] double relative_log(double k) const {
        const double d = k - mean_;
        const auto part = [](double x, double mean, double difference) {
            return rejection::deviance(x, mean, difference) + rejection::factorial_excess(x);
        };
        return -(part(k, mean_, d) + part(good_ - k, good_ * (left_ / total_), -d) +
                 part(drawn_ - k, drawn_ * (bad_ / total_), -d) +
                 part(bad_ - drawn_ + k, bad_ * (left_ / total_), d));
    }

    std::uint64_t by_inversion(RandomStream& random) const {
        const auto excess = rejection::factorial_excess;
        double probability = math::exp(relative_log(0.0) + excess(good_) + excess(bad_) +
                                       excess(drawn_) + excess(left_) - excess(total_));
        double above = random.uniform();
        constexpr double most = 200.0;  // beyond, with a mean below 10, only rounding leads
        double k = 0.0;
        while (above > probability && k < std::min(drawn_, most)) {
            above -= probability;
            probability *= (good_ - k) * (drawn_ - k) / ((k + 1.0) * (bad_ - drawn_ + k + 1.0));
            k += 1.0;
        }
        return static_cast<std::uint64_t>(k);
    }

    std::uint64_t by_rejection(RandomStream& random) const {
        const double variance = mean_ * (bad_ / total_) * (left_ / std::max(total_ - 1.0, 1.0));
        const double mode = std::floor((drawn_ + 1.0) * ((good_ + 1.0) / (total_ + 2.0)));
        return rejection::ratio_of_uniforms(random, mean_, variance, mode, 0.0, drawn_,
                                            [this](double k) { return relative_log(k); });
    }

private:
    double good_, bad_, drawn_, total_;
    double left_;  ///< not drawn
    double mean_;
};

}  // namespace

std::uint64_t draw_hypergeometric(RandomStream& random, std::uint64_t good, std::uint64_t bad,
                                  std::uint64_t drawn) {
    const std::uint64_t total = good + bad;
    if (drawn > total - drawn) return good - draw_hypergeometric(random, good, bad, total - drawn);
    if (good > bad) return drawn - draw_hypergeometric(random, bad, good, drawn);
    if (drawn > good)  // whether good is marked or drawn makes no difference
        return draw_hypergeometric(random, drawn, total - drawn, good);
    constexpr std::uint64_t few_drawn = 16;
    if (drawn <= few_drawn) return by_taking(random, good, bad, drawn);
    const Distribution distribution(good, bad, drawn);
    constexpr double few_good = 10.0;
    return distribution.mean() < few_good ? distribution.by_inversion(random)
                                          : distribution.by_rejection(random);
}

}  // namespace engram
