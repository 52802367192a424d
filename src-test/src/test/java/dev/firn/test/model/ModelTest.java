package dev.firn.test.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The model test; {@link ModelMain} and the campaign {@code model} run it for longer. */
final class ModelTest {

  private static final long SHRINK_MILLIS = 20_000;

  private final ModelCheck memory = new ModelCheck(MemoryDisk::new, SHRINK_MILLIS);
  private final ModelCheck real = new ModelCheck(RealDisk::new, SHRINK_MILLIS);

  @Test
  void memory_agreesWithModel() {
    Seed.runFor(8_000, seed -> memory.check(seed, 800));
  }

  @Test
  void memory_manyShortScripts_agreeWithModel() {
    Seed.runFor(4_000, seed -> memory.check(seed, 60));
  }

  @Test
  void options_changeNoAnswer() {
    Seed.runFor(5_000, seed -> memory.checkSameAnswers(seed, 400, 4));
  }

  @Test
  void realFiles_agreeWithModel() {
    Seed.runFor(4_000, seed -> real.check(seed, 500));
  }

  /** Scripts that once failed, shrunk. */
  @TestFactory
  Stream<DynamicTest> regressions() throws Exception {
    Path folder =
        Path.of(Objects.requireNonNull(getClass().getResource("/model/example.txt")).toURI())
            .getParent();
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream()
          .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> regression(f)));
    }
  }

  private void regression(Path file) throws Exception {
    Script script = Script.read(file);
    for (int i = 0; i < 3; i++) {
      memory.check(script);
    }
    real.check(script);
  }

  /** {@code -Dfirn.script=FILE} runs another script. */
  @Test
  void givenScript_agreesWithModel() throws Exception {
    String file = System.getProperty("firn.script");
    if (file != null) {
      memory.check(Script.read(Path.of(file)));
    }
  }

  @Test
  void script_isParsedFromItsText() throws IOException {
    Seed.run(
        seed -> {
          Script script = Generator.script(seed, 2000);
          assertEquals(script, Script.parse(script.toString()));
        });
  }

  @Test
  void script_dependsOnNothingButItsSeed() {
    assertEquals(Generator.script(42, 1000), Generator.script(42, 1000));
  }
}
