# suoi_module(NAME [USES target…]): one module of the architecture, from src/*.cpp and src/*.S of its folder.
# Makes the static library suoi_<name> and its alias suoi::<name>; public headers stand in include/suoi/<name>/.

find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(Poco REQUIRED COMPONENTS Foundation Net NetSSL Util XML Crypto)
find_package(PkgConfig REQUIRED)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo cairo-pdf)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)

add_library(suoi_flags INTERFACE)
# g++ 12 sees uninitialised members in every moved std::variant at -O1 (its bug 105562); clang and the sanitizers watch.
target_compile_options(suoi_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
                                            $<$<NOT:$<CONFIG:Release>>:-Werror>)
if(SUOI_SANITIZE)
  target_compile_options(suoi_flags INTERFACE -fsanitize=${SUOI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(suoi_flags INTERFACE -fsanitize=${SUOI_SANITIZE})
endif()

function(suoi_module name)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  string(REPLACE "-" "_" id ${name})
  file(GLOB sources CONFIGURE_DEPENDS src/*.cpp src/*.S)
  add_library(suoi_${id} STATIC ${sources})
  add_library(suoi::${id} ALIAS suoi_${id})
  target_include_directories(suoi_${id} PUBLIC include PRIVATE src)
  target_link_libraries(suoi_${id} PUBLIC ${ARG_USES} PRIVATE suoi_flags)
endfunction()
