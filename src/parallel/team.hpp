// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace engram::parallel {

/// Runs `work(thread)` for threads 0 .. count-1 at the same time, thread 0 in the caller. When any
/// of them throws, the exception of the lowest is thrown after all have ended. `work` must not wait
/// for others then.
void run_team(int count, const std::function<void(int)>& work);

}  // namespace engram::parallel
