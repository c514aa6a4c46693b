package emberwall.cli;

final class DoctorCommand {
    private DoctorCommand() {}

    static int run() {
        return 0;
    }
}
