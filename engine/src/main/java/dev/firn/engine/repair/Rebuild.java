package dev.firn.engine.repair;

import dev.firn.core.file.FileSystem;
import dev.firn.version.StoreState;
import java.nio.file.Path;

final class Rebuild {
  Rebuild(Repair repair, FileSystem files, Path from, Path to) {}

  StoreState run(StoreState known) {
    throw new IllegalStateException("not yet");
  }
}
