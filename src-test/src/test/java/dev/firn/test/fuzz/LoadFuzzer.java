package dev.firn.test.fuzz;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.cli.console.Failure;
import dev.firn.cli.load.LineInput;
import dev.firn.cli.load.LoadSettings;
import dev.firn.cli.load.Loader;
import dev.firn.cli.load.OnError;
import dev.firn.cli.load.RecordShape;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What {@code firn load} reads: dumps, NDJSON and TSV, compressed or not. */
final class LoadFuzzer {

  private LoadFuzzer() {}

  static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (FuzzTarget parser : LoadTargets.all()) {
      for (byte[] text : parser.seeds().get()) {
        for (int format = 0; format < LineInput.Format.values().length; format++) {
          seeds.add(Inputs.join(new byte[] {(byte) format}, text));
        }
      }
    }
    return seeds;
  }

  /** Input: the format and the handling of bad lines, then the text. */
  static void fuzz(byte[] data) {
    if (data.length < 1) {
      return;
    }
    LineInput.Format[] formats = LineInput.Format.values();
    LineInput.Format format = formats[(data[0] & 0x7f) % formats.length];
    OnError onError = data[0] < 0 ? OnError.SKIP : OnError.STOP;
    byte[] text = Arrays.copyOfRange(data, 1, data.length);
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(Hostile.options());
        LineInput lines = LineInput.of(new ByteArrayInputStream(text), "input")) {
      lines.guess();
      lines.as(format, RecordShape.keyedBy("1"));
      String tree = format == LineInput.Format.DUMP ? null : "t";
      Loader.of(
              store,
              lines,
              new LoadSettings(tree, 10, Durability.BUFFERED, onError),
              (line, reason) -> {},
              report -> {})
          .run();
    } catch (FirnException | Failure | IOException e) {
      // Expected for bad input.
    }
    disk.assertNothingOpen();
  }
}
