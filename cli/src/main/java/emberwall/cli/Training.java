package emberwall.cli;

import emberwall.engine.Engine;

/**
 * The run that an AOT cache is recorded from: the commands that people give most, in one process. Arguments are modules
 * that run without arguments. What is printed goes nowhere, and how a run ends does not matter.
 */
final class Training {
    private Training() {}

    public static void main(String[] modules) {
        Engine.prepare();
        Main.run(new String[] {"--version"});
        Main.run(new String[] {"run", "--help"});
        for (String module : modules) {
            Main.run(new String[] {
                "run", "--env", "NAME=value", "--dir", ".::/here:ro", "--timeout", "10s", module, "argument"
            });
            Main.run(new String[] {"run", module});
        }
        Main.run(new String[] {"doctor"});
    }
}
