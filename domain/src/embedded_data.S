// The CSV files of ../data as read-only bytes of the program; embedded_data.hpp gives them their C++ types.
// For each file: suoi_data_<name>, its bytes, and suoi_data_<name>_size, their number (64 bits).

.macro embed name, file
    .globl suoi_data_\name
    .globl suoi_data_\name\()_size
    .balign 8
suoi_data_\name\()_size:
    .quad 2f - 1f
suoi_data_\name:
1:
    .incbin "\file"
2:
.endm

    .section .rodata
    embed admin_units_2025, "admin_units_2025.csv"
    embed admin_units_pre2025, "admin_units_pre2025.csv"
    embed admin_unit_succession, "admin_unit_succession.csv"
    embed admin_unit_aliases, "admin_unit_aliases.csv"
    embed admin_unit_facts_2025, "admin_unit_facts_2025.csv"
    embed difficult_communes_2026_2030, "difficult_communes_2026_2030.csv"

// Without this the linker would make the stack executable.
    .section .note.GNU-stack, "", %progbits
