package dev.firn.test.errors;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds a call of {@link ErrorInjector#event} to the store's code: at the begin of each method and
 * constructor, and before each instruction that allocates. Arenas that need to be closed come from
 * {@link ArenaWatch}.
 *
 * <p>Static initialisers are left as they are: a class whose initialiser fails is of no use to the
 * whole JVM, so all of them are to be run before an error is thrown. File systems in memory are
 * left as they are too: they stand for the machine.
 */
public final class EventAgent {

  private static final ClassDesc INJECTOR = ErrorInjector.class.describeConstable().orElseThrow();
  private static final ClassDesc ARENA_WATCH = ArenaWatch.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc EVENT =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);
  private static final Set<String> ARENA_METHODS = Set.of("ofShared", "ofConfined");
  private static final Set<String> MACHINE =
      Set.of("PowerCut", "FaultInjection", "OpenFile", "FileOperation");
  private static final String FILE_PACKAGE = "dev/firn/core/file/";

  private EventAgent() {}

  /** Called by the JVM before the main method. */
  public static void premain(@Nullable String arguments, Instrumentation instrumentation) {
    instrumentation.addTransformer(new Transformer());
  }

  /** Whether a class is part of what is tested. */
  static boolean isInstrumented(String internalName) {
    if (!internalName.startsWith("dev/firn/")
        || internalName.startsWith("dev/firn/test/")
        || internalName.startsWith("dev/firn/cli/")) {
      return false;
    }
    if (internalName.startsWith(FILE_PACKAGE)) {
      String simple = internalName.substring(FILE_PACKAGE.length());
      int nested = simple.indexOf('$');
      String outer = nested < 0 ? simple : simple.substring(0, nested);
      return !outer.startsWith("Memory") && !MACHINE.contains(outer);
    }
    return true;
  }

  /** Changes classes as they are loaded. */
  private static final class Transformer implements ClassFileTransformer {

    @Override
    public byte @Nullable [] transform(
        @Nullable ClassLoader loader,
        @Nullable String name,
        @Nullable Class<?> redefined,
        @Nullable ProtectionDomain domain,
        byte[] bytes) {
      if (name == null || loader == null || !isInstrumented(name)) {
        return null;
      }
      try {
        return instrument(loader, name, bytes);
      } catch (Throwable e) {
        // The JVM would go on with the class as it is, and without a word.
        e.printStackTrace();
        Runtime.getRuntime().halt(ErrorChild.BROKEN);
        throw e;
      }
    }

    private static byte[] instrument(ClassLoader loader, String name, byte[] bytes) {
      ClassFile classFile =
          ClassFile.of(
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(loader)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      ClassModel model = classFile.parse(bytes);
      String className = name.replace('/', '.');
      ClassTransform transform =
          (builder, element) -> {
            if (element instanceof java.lang.classfile.MethodModel method
                && method.code().isPresent()
                && !method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME)) {
              String where = className + "." + method.methodName().stringValue();
              builder.transformMethod(
                  method,
                  (methodBuilder, part) -> {
                    if (part instanceof CodeModel code) {
                      methodBuilder.transformCode(code, new Events(where));
                    } else {
                      methodBuilder.with(part);
                    }
                  });
            } else {
              builder.with(element);
            }
          };
      return classFile.transformClass(model, transform);
    }
  }

  /** Adds the calls to one method. */
  private static final class Events implements CodeTransform {

    private final String where;
    private int allocations;

    Events(String where) {
      this.where = where;
    }

    @Override
    public void atStart(CodeBuilder builder) {
      event(builder, "entry of " + where);
    }

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      if (isAllocation(element)) {
        event(builder, "allocation " + ++allocations + " of " + where);
      }
      if (element instanceof InvokeInstruction call && makesArena(call)) {
        builder.invokestatic(ARENA_WATCH, call.name().stringValue(), call.typeSymbol());
      } else {
        builder.with(element);
      }
    }

    private static void event(CodeBuilder builder, String name) {
      builder.loadConstant(EventSites.number(name)).invokestatic(INJECTOR, "event", EVENT);
    }

    /** Lambdas and concatenated strings are made by dynamic calls. */
    private static boolean isAllocation(CodeElement element) {
      return element instanceof NewObjectInstruction
          || element instanceof NewPrimitiveArrayInstruction
          || element instanceof NewReferenceArrayInstruction
          || element instanceof NewMultiArrayInstruction
          || element instanceof InvokeDynamicInstruction;
    }

    private static boolean makesArena(InvokeInstruction call) {
      return call.opcode() == Opcode.INVOKESTATIC
          && call.owner().asInternalName().equals("java/lang/foreign/Arena")
          && ARENA_METHODS.contains(call.name().stringValue());
    }
  }
}
