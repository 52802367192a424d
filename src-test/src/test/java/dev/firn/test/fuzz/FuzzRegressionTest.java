package dev.firn.test.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.firn.compaction.ManifestSeal;
import dev.firn.core.file.FileName;
import dev.firn.sstable.TableSeal;
import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.JournalSeal;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The fuzz targets without a fuzzer: inputs that once failed, and some random ones. */
final class FuzzRegressionTest {

  private static final int RANDOM_INPUTS = 120;

  private static final Map<String, Consumer<byte[]>> TARGETS =
      new TreeMap<>(
          Map.of(
              "table", TableFuzzer::fuzzerTestOneInput,
              "journal", JournalFuzzer::fuzzerTestOneInput,
              "manifest", ManifestFuzzer::fuzzerTestOneInput,
              "load", LoadFuzzer::fuzzerTestOneInput));

  /** In {@code src/test/resources/fuzz}, a folder for each target. */
  @Test
  void inputsThatOnceFailed_pass() throws IOException, URISyntaxException {
    for (Map.Entry<String, Consumer<byte[]>> target : TARGETS.entrySet()) {
      URL folder = FuzzRegressionTest.class.getResource("/fuzz/" + target.getKey());
      if (folder != null) {
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
          for (Path file : (Iterable<Path>) files::iterator) {
            run(target.getValue(), Files.readAllBytes(file), file.toString());
          }
        }
      }
    }
  }

  @Test
  void randomInputs_pass() {
    Seed.run(
        seed -> {
          Random random = new Random(seed);
          for (Map.Entry<String, Consumer<byte[]>> target : TARGETS.entrySet()) {
            for (int i = 0; i < RANDOM_INPUTS; i++) {
              byte[] input = new byte[2 + random.nextInt(30)];
              random.nextBytes(input);
              run(target.getValue(), input, target.getKey());
            }
          }
        });
  }

  private static void run(Consumer<byte[]> target, byte[] input, String name) {
    try {
      target.accept(input);
    } catch (Throwable e) {
      String hex = HexFormat.of().formatHex(input);
      throw new AssertionError(name + ", input " + hex + ": " + e, e);
    }
  }

  /** Else the targets would get no further than the checksums. */
  @Test
  void seal_ofIntactFiles_changesNothing() {
    for (StoreImage image : Seeds.IMAGES) {
      for (String name : image.names()) {
        byte[] file = image.bytes(name);
        byte[] sealed = file.clone();
        switch (StoreImage.kind(name)) {
          case "table" -> {
            long number = FileName.tableNumber(name).orElseThrow();
            List<Integer> ends = TableSeal.ends(file, number);
            assertFalse(ends.isEmpty());
            TableSeal.seal(sealed, number, ends);
          }
          case "journal" ->
              JournalSeal.seal(
                  sealed, FileName.journalNumber(name).orElseThrow(), JournalSeal.starts(file));
          case "manifest" ->
              ManifestSeal.seal(
                  sealed, FileName.manifestNumber(name).orElseThrow(), ManifestSeal.starts(file));
          default -> {}
        }
        if (isInUse(name, file)) {
          assertArrayEquals(file, sealed, name);
        }
      }
    }
  }

  /** A segment that was only prepared still has the records of an earlier life. */
  private static boolean isInUse(String name, byte[] file) {
    return !StoreImage.kind(name).equals("journal") || file[JournalFormat.BOOT_ID_AT] != 0;
  }
}
