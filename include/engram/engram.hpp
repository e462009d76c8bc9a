// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/communicator.hpp"
#include "engram/description.hpp"
#include "engram/error.hpp"
#include "engram/simulation.hpp"
