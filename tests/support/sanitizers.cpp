// What the sanitizers shall not report of libraries that are not instrumented. Nothing of ours is hidden by this.

// fontconfig keeps what it has read of the faces until the end of the process, and a few bytes of each thread that
// drew.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig.so\n";
}

// pango reads the configuration of the faces in a thread of its own; the locks of glib that order it with the thread
// that draws are futexes, which the thread sanitizer does not see.
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libfontconfig.so\n"
         "called_from_lib:libglib-2.0.so\n"
         "race:libfontconfig.so\n"
         "race:libglib-2.0.so\n"
         "race:libpangoft2-1.0.so\n";
}
