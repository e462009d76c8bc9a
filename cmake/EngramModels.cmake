# SPDX-License-Identifier: Apache-2.0
# One translation unit for each model file, and one that lists them all: a new model is one new header
# under src/models (or a folder of ENGRAM_MODEL_DIRS), named after its struct.

# engram_model_units(PREFIX FOLDER ...): makes the units of the folders' models. PREFIX_SOURCES are these, PREFIX_NAMES
# the models, as kind_model.
function(engram_model_units prefix)
    set(sources)
    set(names)
    foreach(kind neuron synapse rule device recorder)
        foreach(dir ${ARGN})
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
                list(APPEND sources ${unit})
                list(APPEND names ${kind}_${model})
            endforeach()
        endforeach()
    endforeach()
    set(${prefix}_SOURCES ${sources} PARENT_SCOPE)
    set(${prefix}_NAMES ${names} PARENT_SCOPE)
endfunction()

# engram_model_list(UNIT NAME ...): makes the unit that lists these models.
function(engram_model_list unit)
    set(declarations)
    set(registrations)
    foreach(name ${ARGN})
        string(APPEND declarations "void register_${name}(Registry& registry);\n")
        string(APPEND registrations "    register_${name}(registry);\n")
    endforeach()
    file(CONFIGURE OUTPUT ${unit} CONTENT
"#include \"models/registry.hpp\"

namespace engram {
${declarations}
Registry builtin_models() {
    Registry registry;
${registrations}    return registry;
}
}  // namespace engram
")
endfunction()
