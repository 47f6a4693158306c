# Writes a text as C: cmake -P embed.cmake OUT FILE NAME
file(READ ${CMAKE_ARGV4} bytes HEX)
if(bytes MATCHES "^(..)*[89a-f].")
  message(FATAL_ERROR "not ASCII: ${CMAKE_ARGV4}")
endif()
string(REGEX REPLACE "(..)" "0x\\1, " bytes "${bytes}")
file(WRITE ${CMAKE_ARGV3} "extern const char ${CMAKE_ARGV5}[];\nconst char ${CMAKE_ARGV5}[] = {${bytes}0};\n")
