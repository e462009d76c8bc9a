// SPDX-License-Identifier: Apache-2.0
#include "engram/description.hpp"

#include <utility>

namespace engram {

Random normal(double mean, double std) {
    return {.kind = Random::Kind::normal, .a = mean, .b = std};
}

Random uniform(double min, double max) {
    return {.kind = Random::Kind::uniform, .a = min, .b = max};
}

Random lognormal(double mean, double std) {
    return {.kind = Random::Kind::lognormal, .a = mean, .b = std};
}

Random exponential(double beta) { return {.kind = Random::Kind::exponential, .a = beta, .b = 0.0}; }

Random redraw(Random random, double min, double max) {
    random.min = min;
    random.max = max;
    return random;
}

// Switches are noted only where they differ from the rule's default: so a rule made here equals the
// one that a network file names without them.

Rule one_to_one() { return {.name = "one_to_one", .parameters = {}, .list = {}, .line = 0}; }

Rule all_to_all(bool allow_autapses) {
    Rule rule;
    if (!allow_autapses) rule.parameters["allow_autapses"] = false;
    return rule;
}

namespace {

Rule with_switches(std::string name, bool allow_autapses, bool allow_multapses) {
    Rule rule = all_to_all(allow_autapses);
    rule.name = std::move(name);
    if (!allow_multapses) rule.parameters["allow_multapses"] = false;
    return rule;
}

}  // namespace

Rule fixed_indegree(std::uint64_t indegree, bool allow_autapses, bool allow_multapses) {
    Rule rule = with_switches("fixed_indegree", allow_autapses, allow_multapses);
    rule.parameters["indegree"] = static_cast<double>(indegree);
    return rule;
}

Rule fixed_outdegree(std::uint64_t outdegree, bool allow_autapses, bool allow_multapses) {
    Rule rule = with_switches("fixed_outdegree", allow_autapses, allow_multapses);
    rule.parameters["outdegree"] = static_cast<double>(outdegree);
    return rule;
}

Rule fixed_total_number(std::uint64_t N, bool allow_autapses, bool allow_multapses) {
    Rule rule = with_switches("fixed_total_number", allow_autapses, allow_multapses);
    rule.parameters["N"] = static_cast<double>(N);
    return rule;
}

Rule pairwise_bernoulli(double p, bool allow_autapses) {
    Rule rule = with_switches("pairwise_bernoulli", allow_autapses, true);
    rule.parameters["p"] = p;
    return rule;
}

Rule symmetric_pairwise_bernoulli(double p, bool allow_multapses) {
    Rule rule = with_switches("symmetric_pairwise_bernoulli", false, allow_multapses);
    rule.parameters["p"] = p;
    rule.parameters["make_symmetric"] = true;
    return rule;
}

Rule pairwise_poisson(double pairwise_avg_num_conns, bool allow_autapses) {
    Rule rule = with_switches("pairwise_poisson", allow_autapses, true);
    rule.parameters["pairwise_avg_num_conns"] = pairwise_avg_num_conns;
    return rule;
}

Rule explicit_list(ConnectionList list) {
    return {.name = "explicit_list",
            .parameters = {},
            .list = std::make_shared<const ConnectionList>(std::move(list)),
            .line = 0};
}

std::string NetworkDescription::population(std::string name, std::string model, std::uint64_t size,
                                           Parameters parameters) {
    populations.push_back({name, std::move(model), size, std::move(parameters), 0});
    return name;
}

std::string NetworkDescription::copy_model(std::string copy_of, std::string name,
                                           Parameters parameters) {
    synapse_models.push_back({name, std::move(copy_of), std::move(parameters), 0});
    return name;
}

std::string NetworkDescription::device(std::string name, std::string model, Parameters parameters) {
    devices.push_back({name, std::move(model), std::move(parameters), 0});
    return name;
}

std::string NetworkDescription::recorder(std::string name, std::string model,
                                         std::vector<std::string> from, Parameters parameters) {
    recorders.push_back({name, std::move(model), std::move(from), std::move(parameters), 0});
    return name;
}

void NetworkDescription::connect(std::string source, std::vector<std::string> target, Rule rule,
                                 Synapse synapse, std::string name) {
    projections.push_back({std::move(name), std::move(source), std::move(target), std::move(rule),
                           std::move(synapse), 0});
}

}  // namespace engram
