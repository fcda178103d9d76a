// What the leak check of the address sanitizer shall not report: fontconfig keeps what it has read of the faces until
// the end of the process, and a few bytes of each thread that drew. Nothing of ours is hidden by this.

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig.so\n";
}
