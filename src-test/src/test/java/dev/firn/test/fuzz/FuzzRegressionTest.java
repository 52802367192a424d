package dev.firn.test.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileName;
import dev.firn.sstable.TableParts.Part;
import dev.firn.sstable.TableSeal;
import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import dev.firn.version.ManifestSeal;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.JournalSeal;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The fuzz targets without a fuzzer: inputs that once failed, and some random ones. */
final class FuzzRegressionTest {

  private static final int RANDOM_INPUTS = 40;

  /** They are in {@code src/test/resources/fuzz}, one folder per target. */
  @Test
  void inputsThatOnceFailed_pass() throws IOException, URISyntaxException {
    for (FuzzTarget target : FuzzTargets.all().toList()) {
      URL folder = FuzzRegressionTest.class.getResource("/fuzz/" + target.name());
      if (folder != null) {
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
          for (Path file : (Iterable<Path>) files::iterator) {
            run(target, Files.readAllBytes(file));
          }
        }
      }
    }
  }

  /** Seeds are taken from real stores. */
  @Test
  void seeds_pass() {
    for (FuzzTarget target : FuzzTargets.all().toList()) {
      List<byte[]> seeds = target.seeds().get();
      assertFalse(seeds.isEmpty());
      seeds.forEach(seed -> run(target, seed));
    }
  }

  @Test
  void randomInputs_pass() {
    Seed.run(
        seed -> {
          Random random = new Random(seed);
          for (FuzzTarget target : FuzzTargets.all().toList()) {
            List<byte[]> seeds = target.seeds().get();
            for (int i = 0; i < RANDOM_INPUTS; i++) {
              run(target, mutated(seeds.get(random.nextInt(seeds.size())), random));
            }
          }
        });
  }

  /** A seed with some bytes replaced, and sometimes another length. */
  private static byte[] mutated(byte[] seed, Random random) {
    byte[] input = Arrays.copyOf(seed, seed.length + random.nextInt(4) * random.nextInt(8));
    for (int changes = random.nextInt(8); changes > 0 && input.length > 0; changes--) {
      input[random.nextInt(input.length)] = (byte) random.nextInt();
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(input, random.nextInt(1 + input.length)) : input;
  }

  private static void run(FuzzTarget target, byte[] input) {
    try {
      Limits.keep(() -> target.run(input));
    } catch (Throwable e) {
      String hex = HexFormat.of().formatHex(input);
      throw new AssertionError(target.name() + ", input " + hex + ": " + e, e);
    }
  }

  /** Otherwise every input would be refused before the part that it forges is read. */
  @Test
  void tables_assembledFromTheirParts_areSound() {
    int seeds = TableTargets.seedCount();
    Map<Part, Integer> sound = TableTargets.soundSeeds();
    for (Part part : List.of(Part.BLOCK, Part.FILTER, Part.INDEX, Part.PROPERTIES, Part.FOOTER)) {
      assertEquals(seeds, sound.get(part), part.toString());
    }
    assertTrue(sound.get(Part.RANGES) > 1, () -> "with range tombstones: " + sound);
    assertTrue(TableTargets.soundBlocks(false) > 5);
    assertTrue(TableTargets.soundBlocks(true) > 5);
  }

  /** Otherwise every input would fail at its checksum. */
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

  /** A prepared segment holds the records of an earlier use. */
  private static boolean isInUse(String name, byte[] file) {
    return !StoreImage.kind(name).equals("journal") || file[JournalFormat.BOOT_ID_AT] != 0;
  }
}
