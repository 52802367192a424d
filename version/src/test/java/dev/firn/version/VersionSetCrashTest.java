package dev.firn.version;

import dev.firn.core.file.MemoryFileSystem;

/** The crash script with tables that are written directly. */
class VersionSetCrashTest extends VersionSetCrashScript {

  @Override
  protected TestStore open(MemoryFileSystem files) {
    return new TestStore(files);
  }
}
