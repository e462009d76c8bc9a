// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engram/communicator.hpp"
#include "engram/error.hpp"

/// What every test has: the ranks and threads it runs on. engram_test.cpp holds `main`.
///
/// A test fails when it fails on any rank, or when an exception leaves it (which ends the run).
/// Ranks meet after every test; a rank that failed waits a few seconds for the others, then ends
/// them all.
namespace engram::test {

/// All ranks of the test.
const Communicator& world();

/// Threads on each rank, as --threads=T says.
int threads();

/// Collective. A new empty folder, the same on all ranks; removed at the end when all tests passed.
std::filesystem::path temporary_folder();

/// Fails unless `run` throws an Error whose text contains every one of `parts`.
void expect_error(const std::function<void()>& run, const std::vector<std::string>& parts,
                  const char* code, const char* file, int line);

}  // namespace engram::test

/// EXPECT_ERROR(statement, "part", ...): the statement throws an Error whose text contains every
/// part. Put a statement with commas outside parentheses into parentheses.
#define EXPECT_ERROR(statement, ...) \
    ::engram::test::expect_error([&] { statement; }, {__VA_ARGS__}, #statement, __FILE__, __LINE__)
