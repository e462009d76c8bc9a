// SPDX-License-Identifier: Apache-2.0
#include "core/duration.hpp"

#include "engram_test.hpp"

namespace engram {
namespace {

constexpr double second = 1000.0, minute = 60.0 * second, hour = 60.0 * minute, day = 24.0 * hour;

TEST(Duration, ReadsModelTime) {
    EXPECT_EQ(parse_duration("500ms"), (Duration{500.0, false}));
    EXPECT_EQ(parse_duration("0.1ms"), (Duration{0.1, false}));
}

TEST(Duration, ReadsWallTime) {
    EXPECT_EQ(parse_duration("60s"), (Duration{60.0 * second, true}));
    EXPECT_EQ(parse_duration("90s"), (Duration{90.0 * second, true}));
    EXPECT_EQ(parse_duration("10min"), (Duration{10.0 * minute, true}));
    EXPECT_EQ(parse_duration("10m"), (Duration{10.0 * minute, true}));
    EXPECT_EQ(parse_duration("1.5h"), (Duration{1.5 * hour, true}));
    EXPECT_EQ(parse_duration("23h50m"), (Duration{23.0 * hour + 50.0 * minute, true}));
    EXPECT_EQ(parse_duration("1d12h"), (Duration{1.5 * day, true}));
    EXPECT_EQ(parse_duration("1d0h5min30s"), (Duration{day + 5.0 * minute + 30.0 * second, true}));
}

TEST(Duration, ShowsTheFormsWhereItIsNone) {
    EXPECT_ERROR(parse_duration("10"),
                 "\"10\" (has no unit). Write model time as 500ms, wall time "
                 "as 90s, 10min, 1.5h, 23h50m or 1d12h");
    EXPECT_ERROR(parse_duration("23h50"), "\"23h50\" (has no unit)");
    EXPECT_ERROR(parse_duration("2weeks"), "\"2weeks\" (there is no unit 'weeks')");
    EXPECT_ERROR(parse_duration("10 min"), "\"10 min\" (has no unit)");
    for (const auto* text : {"soon", "inf", "nan", "h", "1..5h", ".h", "+5s", "1h-5m", "5s "})
        EXPECT_ERROR(parse_duration(text), "(must be a number and its unit)");
    EXPECT_ERROR(parse_duration("1e3s"), "(there is no unit 'e')");
    EXPECT_ERROR(parse_duration("5m1h"), "(units must descend)");
    EXPECT_ERROR(parse_duration("10min5m"), "(units must descend)");
    EXPECT_ERROR(parse_duration("1s500ms"), "(ms is model time, and stands alone)");
    EXPECT_ERROR(parse_duration("500ms1s"), "(units must descend)");
}

TEST(Duration, IsPositiveAndFinite) {
    EXPECT_ERROR(parse_duration(""), "\"\" (is empty)");
    for (const auto* text : {"0s", "0ms", "0h0m", "-5s"})
        EXPECT_ERROR(parse_duration(text), "(must be positive)");
    EXPECT_ERROR(parse_duration(std::string(400, '9') + "s"), "(must be a number and its unit)");
    EXPECT_ERROR(parse_duration(std::string(308, '9') + "d"), "(must be finite)");
}

TEST(Duration, IsWrittenForPeople) {
    EXPECT_EQ(duration_text(0.4), "0 s");
    EXPECT_EQ(duration_text(59.4), "59 s");
    EXPECT_EQ(duration_text(65.0), "1:05 min");
    EXPECT_EQ(duration_text(3.0 * 3600 + 20 * 60 + 59), "3:20 h");
}

}  // namespace
}  // namespace engram
