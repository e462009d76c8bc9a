// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/types.hpp"

/// Where things stand in a checkpoint file (docs/file-formats.md).
namespace engram::checkpoint {

inline constexpr const char* format = "engram-checkpoint";
inline constexpr std::int64_t format_version = 1;

inline constexpr const char* description_path = "/description";
inline constexpr const char* recordings_path = "/recordings";
inline constexpr const char* grown_path = "/grown";  ///< where projections were added later
inline constexpr const char* weights_root = "/weights";
inline constexpr const char* traces_root = "/traces";
inline constexpr const char* histories_root = "/histories";
inline constexpr const char* transit_path = "/transit";

inline std::string weights_path(const std::string& projection) {
    return std::string(weights_root) + "/" + projection;
}
/// `traces`: of which synapses, as traces_name() has it.
inline std::string traces_path(const std::string& traces, const std::string& population) {
    return std::string(traces_root) + "/" + traces + "/" + population;
}
inline std::string traces_name(const std::string& synapse_model, Step since) {
    return since == 0 ? synapse_model : synapse_model + "@" + std::to_string(since);
}
inline std::string histories_path(const std::string& population) {
    return std::string(histories_root) + "/" + population;
}

}  // namespace engram::checkpoint
