# SPDX-License-Identifier: Apache-2.0
# engram_unity(TARGET): compiles the sources of each folder as one, and so the models of each kind. What they include is
# read once, and what it instantiates made once: a third of the time with sanitizers.
function(engram_unity target)
    get_target_property(sources ${target} SOURCES)
    foreach(source ${sources})
        get_filename_component(folder ${source} DIRECTORY)
        get_filename_component(group ${folder} NAME)
        if(folder STREQUAL "${CMAKE_CURRENT_BINARY_DIR}/models")
            get_filename_component(name ${source} NAME)
            string(REGEX REPLACE "_.*" "s" group ${name})  # neurons, synapses, ...
        endif()
        set_property(SOURCE ${source} PROPERTY UNITY_GROUP ${group})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
