// SPDX-License-Identifier: Apache-2.0
#include "engram_test.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string_view>
#include <thread>

#include "parallel/collectives.hpp"

namespace engram::test {
namespace {

struct Run {
    const Environment& environment;
    int threads = 1;
    std::vector<std::filesystem::path> folders;
};
Run* current = nullptr;

/// How long a rank that failed waits for ranks that may be waiting for it.
constexpr std::chrono::seconds patience{10};

/// Collective. The highest rank on which `failed`, -1 for none. Ends the run when this rank failed
/// and others do not come.
int last_failed(bool failed) {
    const int mine = failed ? world().rank() : -1;
    int result = -1;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallreduce(&mine, &result, 1, MPI_INT, MPI_MAX, parallel::Access::comm(world()), &request);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (int done = 0; !done;) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (!done && failed && std::chrono::steady_clock::now() > deadline) {
            std::cerr << "rank " << world().rank()
                      << ": run ended (this rank failed, others wait elsewhere)\n";
            current->environment.abort(EXIT_FAILURE);
        }
        std::this_thread::yield();
    }
    return result;
}

/// Lets the ranks meet after every test, and makes a failure on any rank one of rank 0.
class MeetAfterTest : public testing::EmptyTestEventListener {
    void OnTestEnd(const testing::TestInfo& test) override {
        const int rank = last_failed(test.result()->Failed());
        if (rank > 0 && world().rank() == 0) ADD_FAILURE() << "the test failed on rank " << rank;
    }
};

/// What ranks other than 0 print.
class FailurePrinter : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& result) override {
        if (!result.failed()) return;
        const char* file = result.file_name() == nullptr ? "unknown file" : result.file_name();
        std::cerr << "rank " + std::to_string(world().rank()) + ": " + file + ":" +
                         std::to_string(result.line_number()) + ": Failure\n" + result.message() +
                         "\n"
                  << std::flush;
    }
};

void set_listeners() {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    if (world().rank() > 0) {
        const std::unique_ptr<testing::TestEventListener> unused(
            listeners.Release(listeners.default_result_printer()));
        listeners.Append(new FailurePrinter);
    }
    listeners.Append(new MeetAfterTest);
}

/// Whether all tests passed on this rank, and there were any.
bool run_tests() {
    bool passed = RUN_ALL_TESTS() == 0;
    const auto& unit = *testing::UnitTest::GetInstance();
    if (unit.successful_test_count() + unit.failed_test_count() == 0) {
        if (world().rank() == 0)
            std::cerr << "no test was executed (none matches, or all were skipped)\n";
        passed = false;
    }
    return passed;
}

void remove_folders(bool passed) {
    parallel::barrier(world());  // nobody writes any more
    if (world().rank() > 0) return;
    for (const auto& folder : current->folders) {
        if (passed) std::filesystem::remove_all(folder);
        else std::cerr << "left for inspection: " << folder.string() << "\n";
    }
}

int main(int argc, char** argv) {
    const Environment environment(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    Run run{environment, 1, {}};
    current = &run;
    constexpr std::string_view option = "--threads=";
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument.starts_with(option)) run.threads = std::atoi(argv[i] + option.size());
    }
    try {
        set_listeners();
        testing::FLAGS_gtest_catch_exceptions = false;  // an exception ends all ranks: see below
        const bool passed = last_failed(!run_tests()) < 0;
        remove_folders(passed);
        return passed ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::cerr << "rank " + std::to_string(world().rank()) +
                         ": exception out of a test: " + error.what() + "\n";
    } catch (...) {
        std::cerr << "rank " + std::to_string(world().rank()) +
                         ": exception of unknown type out of a test\n";
    }
    environment.abort(EXIT_FAILURE);  // the other ranks may be waiting for this one
}

}  // namespace

const Communicator& world() { return current->environment.world(); }

int threads() { return current->threads; }

std::filesystem::path temporary_folder() {
    std::string path;
    parallel::collectively(world(), [&] {
        if (world().rank() > 0) return;
        path = (std::filesystem::temp_directory_path() / "engram-test-XXXXXX").string();
        if (mkdtemp(path.data()) == nullptr)
            throw Error("cannot make " + path +
                        " (no space or no rights). Set TMPDIR to another folder");
    });
    current->folders.emplace_back(parallel::broadcast(world(), path));
    return current->folders.back();
}

void expect_error(const std::function<void()>& run, const std::vector<std::string>& parts,
                  const char* code, const char* file, int line) {
    if (parts.empty())
        ADD_FAILURE_AT(file, line) << "EXPECT_ERROR(" << code << ") names no part of the message";
    try {
        run();
    } catch (const Error& error) {
        const std::string message = error.what();
        for (const auto& part : parts)
            if (message.find(part) == std::string::npos)
                ADD_FAILURE_AT(file, line)
                    << code << " throws\n  " << message << "\nwhich lacks\n  " << part;
        return;
    } catch (const std::exception& error) {
        ADD_FAILURE_AT(file, line) << code << " throws no engram::Error, but: " << error.what();
        return;
    }
    ADD_FAILURE_AT(file, line) << code << " throws nothing";
}

}  // namespace engram::test

int main(int argc, char** argv) { return engram::test::main(argc, argv); }
