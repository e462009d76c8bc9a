# SPDX-License-Identifier: Apache-2.0
# One translation unit for each model file, and one that lists them all: a new model is one new header
# under src/models (or a folder of ENGRAM_MODEL_DIRS), named after its struct.
set(engram_model_dirs ${CMAKE_CURRENT_SOURCE_DIR}/src/models ${ENGRAM_MODEL_DIRS})
set(engram_model_sources)
set(engram_declarations)
set(engram_registrations)
foreach(kind neuron synapse rule device recorder)
    foreach(dir ${engram_model_dirs})
        file(GLOB headers CONFIGURE_DEPENDS ${dir}/${kind}s/*.hpp)
        foreach(header ${headers})
            get_filename_component(model ${header} NAME_WE)
            set(unit ${CMAKE_CURRENT_BINARY_DIR}/models/${kind}_${model}.cpp)
            file(CONFIGURE OUTPUT ${unit} CONTENT
"#include \"${header}\"
#include \"models/register_${kind}.hpp\"

namespace engram {
void register_${kind}_${model}(Registry& registry) { register_${kind}<struct ${model}>(registry, \"${model}\"); }
}  // namespace engram
")
            list(APPEND engram_model_sources ${unit})
            string(APPEND engram_declarations "void register_${kind}_${model}(Registry& registry);\n")
            string(APPEND engram_registrations "    register_${kind}_${model}(registry);\n")
        endforeach()
    endforeach()
endforeach()
set(unit ${CMAKE_CURRENT_BINARY_DIR}/models/builtin_models.cpp)
file(CONFIGURE OUTPUT ${unit} CONTENT
"#include \"models/registry.hpp\"

namespace engram {
${engram_declarations}
Registry builtin_models() {
    Registry registry;
${engram_registrations}    return registry;
}
}  // namespace engram
")
list(APPEND engram_model_sources ${unit})
