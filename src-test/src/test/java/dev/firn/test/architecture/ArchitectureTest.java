package dev.firn.test.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The dependencies between modules, and what each package keeps to itself. */
class ArchitectureTest {

  private static final int MAX_LINES = 450;

  /** The main classes of every module. Tests and benchmarks may use everything. */
  private static final JavaClasses CLASSES =
      ArchConfiguration.withThreadLocalScope(
          configuration -> {
            // Names suffice; reading the JDK's classes too takes ten times as long.
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/dev/firn/test/"))
                .importPackages("dev.firn");
          });

  /** {@link java.nio.file.Path} is a name and touches no file. */
  private static final DescribedPredicate<JavaClass> FILE_ACCESS =
      describe(
          "classes that touch the file system",
          type ->
              Set.of(
                      "java.io.File",
                      "java.io.FileInputStream",
                      "java.io.FileOutputStream",
                      "java.io.FileReader",
                      "java.io.FileWriter",
                      "java.io.RandomAccessFile",
                      "java.nio.MappedByteBuffer",
                      "java.nio.channels.AsynchronousFileChannel",
                      "java.nio.channels.FileChannel",
                      "java.nio.file.FileSystems",
                      "java.nio.file.Files",
                      "java.util.zip.ZipFile")
                  .contains(type.getName()));

  private static final DescribedPredicate<JavaClass> NETTY =
      resideInAPackage("io.netty..").as("Netty");

  private static final DescribedPredicate<JavaClass> CHRONICLE =
      resideInAPackage("net.openhft..").as("Chronicle");

  /** A rule about classes that were not found would pass. */
  @Test
  void everyPackage_isImported() {
    Set<String> expected = new TreeSet<>();
    for (Module module : Module.values()) {
      expected.addAll(module.packages);
    }
    Set<String> imported =
        CLASSES.stream().map(JavaClass::getPackageName).collect(toCollection(TreeSet::new));
    assertEquals(expected, imported, "packages: add a new one to its module in Module.java");
  }

  @ParameterizedTest
  @EnumSource
  void module_dependsDownwardsOnly(Module module) {
    Set<String> allowed = module.mayUse();
    classes()
        .that(residesInOneOf(module.packages))
        .should()
        .onlyDependOnClassesThat(residesInOneOf(allowed).or(outsideFirn()))
        .because(module + " is built from " + allowed)
        .check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices()
        .assignedFrom(onePackageEach())
        .should()
        .beFreeOfCycles()
        .because("packages that need one another are one package")
        .check(CLASSES);
  }

  /** A file is a type with those nested in it. */
  @Test
  void types_areShort() {
    for (Path source : Checkout.javaSources()) {
      long lines = Checkout.text(source).lines().count();
      assertTrue(lines <= MAX_LINES, () -> Checkout.ROOT.relativize(source) + ": " + lines);
    }
  }

  @Test
  void api_showsNoInternals() {
    classes()
        .that(residesInOneOf(Set.of("dev.firn", "dev.firn.error")))
        .and()
        .arePublic()
        .should(new ShowOnlyApi())
        .because("applications compile against these signatures")
        .check(CLASSES);
  }

  @Test
  void names_sayWhatATypeIs() {
    classes()
        .should()
        .haveSimpleNameNotEndingWith("Util")
        .andShould()
        .haveSimpleNameNotEndingWith("Utils")
        .andShould()
        .haveSimpleNameNotEndingWith("Helper")
        .andShould()
        .haveSimpleNameNotEndingWith("Manager")
        .andShould()
        .haveSimpleNameNotEndingWith("Common")
        .andShould()
        .haveSimpleNameNotEndingWith("Misc")
        .andShould()
        .haveSimpleNameNotEndingWith("Impl")
        .because("a helper belongs to the type whose concept it is")
        .check(CLASSES);
  }

  @Test
  void netty_staysInItsAdapters() {
    assertAdaptersOnly(NETTY, Module.SSTABLE, Module.ENGINE);
  }

  @Test
  void chronicle_staysInItsAdapter() {
    assertAdaptersOnly(CHRONICLE, Module.CLI);
  }

  @Test
  void files_areTouchedByTheFilePackageOnly() {
    noClasses()
        .that(residesInOneOf(Set.of("dev.firn.core.file", "dev.firn.cli.console")).negate())
        .should()
        .dependOnClassesThat(FILE_ACCESS)
        .because("tests make files fail, and lose what was not synced, below dev.firn.core.file")
        .check(CLASSES);
  }

  @Test
  void commandLine_readsItsInputInOnePlace() {
    assertAtMostOne(usersOf(FILE_ACCESS, Module.CLI), FILE_ACCESS, Module.CLI);
  }

  /** A foreign buffer library has one adapter class in each of these modules, and no other user. */
  private static void assertAdaptersOnly(DescribedPredicate<JavaClass> library, Module... modules) {
    Set<Module> allowed = Set.of(modules);
    for (Module module : Module.values()) {
      Set<String> users = usersOf(library, module);
      if (allowed.contains(module)) {
        assertAtMostOne(users, library, module);
      } else {
        assertEquals(Set.of(), users, () -> module + " must not use " + library.getDescription());
      }
    }
  }

  private static void assertAtMostOne(
      Set<String> users, DescribedPredicate<JavaClass> used, Module module) {
    assertTrue(
        users.size() <= 1,
        () -> "one class of " + module + " may use " + used.getDescription() + ", not " + users);
  }

  private static Set<String> usersOf(DescribedPredicate<JavaClass> used, Module module) {
    return CLASSES.that(residesInOneOf(module.packages)).stream()
        .filter(
            type ->
                type.getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .map(JavaClass::getBaseComponentType)
                    .anyMatch(used))
        .map(type -> type.getName().replaceFirst("\\$.*", ""))
        .collect(toCollection(TreeSet::new));
  }

  private static DescribedPredicate<JavaClass> residesInOneOf(Set<String> packages) {
    return resideInAnyPackage(packages.toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> outsideFirn() {
    return DescribedPredicate.not(resideInAPackage("dev.firn.."));
  }

  private static SliceAssignment onePackageEach() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return SliceIdentifier.of(type.getPackageName());
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }
}
