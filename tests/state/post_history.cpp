// SPDX-License-Identifier: Apache-2.0
// Histories of post-synaptic spikes over so many steps that their origin moves on.
#include "state/post_history.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "engram_test.hpp"

namespace engram {
namespace {

constexpr double tau_minus = 20.0, resolution = 0.1;  // ms
constexpr Step horizon = 100000;                      // steps
constexpr Step limit = Step{1} << 29;                 // when the origin moves on
constexpr LocalIndex neurons = 4;

PostHistory empty() { return {neurons, tau_minus, resolution, horizon}; }

/// Trains up to `end`: dense, sparse, one that ended long ago, and none.
std::vector<std::vector<Step>> trains(Step end) {
    std::vector<std::vector<Step>> result(neurons);
    for (Step s = end - horizon; s <= end; s += 37 + s % 11) result[0].push_back(s);
    for (Step s = end - horizon + 5; s < end; s += 9973) result[1].push_back(s);
    for (Step s = end - horizon; s < end - horizon / 2; s += 101) result[2].push_back(s);
    return result;
}

/// Both answer alike whatever synapses may still ask at step `now`: times are compared as steps
/// before `now`, since the origins differ.
void expect_same(const PostHistory& a, Step now_a, const PostHistory& b, Step now_b) {
    for (LocalIndex n = 0; n < neurons; ++n) {
        SCOPED_TRACE(n);
        const auto spikes = [&](const PostHistory& history, Step now) {
            std::vector<Step> result;
            history.for_each_after(n, now - horizon, [&](Step s) { result.push_back(now - s); });
            return result;
        };
        EXPECT_EQ(spikes(a, now_a), spikes(b, now_b));
        EXPECT_EQ(a.traces_after(n, now_a - horizon), b.traces_after(n, now_b - horizon));
        for (const Step ago : {Step{0}, Step{1}, Step{36}, Step{37}, Step{500}, horizon / 2}) {
            const Tick high_a = a.tick(now_a - ago), high_b = b.tick(now_b - ago);
            EXPECT_EQ(a.trace_before(n, high_a), b.trace_before(n, high_b)) << ago;
            const auto count_a = count_window(a.windows()[n], a.tick(now_a - ago - 200), high_a);
            const auto count_b = count_window(b.windows()[n], b.tick(now_b - ago - 200), high_b);
            EXPECT_EQ(count_a.after_low, count_b.after_low) << ago;
            EXPECT_EQ(count_a.after_high, count_b.after_high) << ago;
            EXPECT_EQ(count_a.from_high, count_b.from_high) << ago;
        }
    }
}

void expect_same_views(PostHistory& a, Step now_a, PostHistory& b, Step now_b) {
    for (const Step ago : {Step{0}, Step{37}, Step{5000}}) {
        a.prepare_view(a.tick(now_a - ago));
        b.prepare_view(b.tick(now_b - ago));
        const PostView &view_a = *a.view(a.tick(now_a - ago)),
                       &view_b = *b.view(b.tick(now_b - ago));
        EXPECT_EQ(view_a.depression, view_b.depression) << ago;
        for (LocalIndex n = 0; n < neurons; ++n) {
            const auto since = [&](const PostHistory& history, const PostView& view, Step now) {
                if (view.newest[n] == PostView::unknown) return Step{-1};
                if (view.newest[n] == PostHistory::never) return Step{-2};
                return Step{history.tick(now)} - view.newest[n];
            };
            EXPECT_EQ(since(a, view_a, now_a), since(b, view_b, now_b)) << ago;
        }
    }
}

/// Spikes of the trains with index `n` in steps (from, to].
void add(PostHistory& history, const std::vector<std::vector<Step>>& spikes, Step from, Step to,
         Step shift = 0) {
    for (LocalIndex n = 0; n < neurons; ++n)
        for (const Step s : spikes[n])
            if (s > from && s <= to) history.add(n, s + shift);
}

constexpr Step early = 2 * horizon;  // of the history to compare with

class PostHistoryOrigin : public testing::TestWithParam<Step> {};

/// The spikes lie on both sides of the step at which the origin moves on.
TEST_P(PostHistoryOrigin, MovesWithoutATrace) {
    const Step end = GetParam();
    const auto spikes = trains(end);
    PostHistory moved = empty(), fresh = empty();
    for (Step s = horizon; s < end - horizon; s += limit / 4) moved.advance_origin(s);
    Step from = 0;
    for (const Step to : {end - horizon / 4, end - horizon / 8, end}) {  // it moves in between
        add(moved, spikes, from, to);
        moved.advance_origin(to);
        from = to;
    }
    add(fresh, spikes, 0, end, early - end);
    EXPECT_LT(moved.tick(end), limit);
    EXPECT_GT(moved.tick(end - horizon), PostHistory::never);
    expect_same(moved, end, fresh, early);
    expect_same_views(moved, end, fresh, early);

    // Both go on alike.
    for (Step s = 1; s <= horizon; s += 43)
        for (LocalIndex n = 0; n < neurons; ++n) {
            moved.add(n, end + s);
            fresh.add(n, early + s);
        }
    expect_same(moved, end + horizon, fresh, early + horizon);
    EXPECT_EQ(moved.bytes(), fresh.bytes());
}

/// What a checkpoint asks for, given to a history whose origin was moved to the present first.
TEST_P(PostHistoryOrigin, IsRestored) {
    const Step end = GetParam();
    const auto spikes = trains(end);
    PostHistory fresh = empty(), restored = empty();
    add(fresh, spikes, 0, end, early - end);
    restored.advance_origin(end);
    const Step from = early - horizon;
    for (LocalIndex n = 0; n < neurons; ++n) {
        std::vector<Step> kept;
        fresh.for_each_after(n, from, [&](Step s) { kept.push_back(s + end - early); });
        restored.restore(n, kept, fresh.traces_after(n, from), 0.0);
    }
    EXPECT_LT(restored.tick(end), limit);
    expect_same(restored, end, fresh, early);
    expect_same_views(restored, end, fresh, early);
    for (Step s = 1; s <= horizon; s += 43) {
        restored.add(1, end + s);
        fresh.add(1, early + s);
    }
    expect_same(restored, end + horizon, fresh, early + horizon);
}

/// Shortly before and after the first move, after the second, and beyond 2^31 and 2^40 steps.
INSTANTIATE_TEST_SUITE_P(Steps, PostHistoryOrigin,
                         testing::Values(limit - 1, limit, limit + 12345, 2 * limit + horizon,
                                         (Step{1} << 31) - 1, (Step{1} << 31) + horizon / 2,
                                         (Step{1} << 40) + 7));

constexpr double tau_triplet = 110.0;  // ms

using Triplets = std::vector<std::pair<Step, double>>;

Triplets triplets_of(const PostHistory& history, LocalIndex n) {
    Triplets result;
    history.for_each_triplet(n, PostHistory::never, history.tick(horizon),
                             [&](Tick s, double trace) { result.emplace_back(s, trace); });
    return result;
}

/// The slower trace at each spike is the sum over those before, also where the archive has grown.
TEST(PostHistory, KeepsTheSlowerTraceOfEachSpike) {
    PostHistory history = empty();
    history.keep_triplets(tau_triplet, resolution);
    const std::vector<Step> spikes = trains(horizon / 4)[0];
    std::vector<Step> kept;
    for (const Step s : spikes)
        if (s > 0) history.add(2, kept.emplace_back(s));
    const Triplets got = triplets_of(history, 2);
    ASSERT_EQ(got.size(), kept.size());
    ASSERT_GT(kept.size(), 500u);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        double sum = 0.0;
        for (std::size_t k = 0; k < i; ++k)
            sum += std::exp(-static_cast<double>(kept[i] - kept[k]) * resolution / tau_triplet);
        EXPECT_EQ(got[i].first, kept[i]);
        EXPECT_NEAR(got[i].second, sum, 1e-12 * (1.0 + sum)) << i;
    }
    EXPECT_TRUE(triplets_of(history, 0).empty());
    EXPECT_GT(history.reach(), history.decay().reach());
}

/// From the spikes after a step and the trace at the first of them, to the bit, and so it goes on.
TEST(PostHistory, RestoresTheSlowerTrace) {
    PostHistory whole = empty();
    whole.keep_triplets(tau_triplet, resolution);
    for (Step s = 5; s < 60000; s += 31 + s % 17) whole.add(1, s);
    for (const Step from : {Step{0}, Step{30000}, Step{59990}, Step{60000}}) {
        PostHistory restored = empty();
        restored.keep_triplets(tau_triplet, resolution);
        std::vector<Step> kept;
        whole.for_each_after(1, from, [&](Step s) { kept.push_back(s); });
        restored.restore(1, kept, whole.traces_after(1, from), whole.triplet_after(1, from));
        const Triplets all = triplets_of(whole, 1);
        const Triplets rest(all.end() - static_cast<std::ptrdiff_t>(kept.size()), all.end());
        EXPECT_EQ(triplets_of(restored, 1), rest);
        if (kept.empty()) continue;
        PostHistory longer = whole;
        for (PostHistory* history : {&longer, &restored}) history->add(1, 60100);
        EXPECT_EQ(triplets_of(restored, 1).back(), triplets_of(longer, 1).back());
    }
}

}  // namespace
}  // namespace engram
