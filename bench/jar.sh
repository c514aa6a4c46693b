# How each script here begins: in the project's folder, with a $jar that is up to date and the $java to run it.
cd "$(dirname "$0")/.."
jar=bench/target/benchmarks.jar
if [ ! -f "$jar" ] || [ -n "$(find pom.xml ./*/pom.xml ./*/src/main -newer "$jar" -print -quit)" ]; then
    ./mvnw -B -ntp -q -P '!checks' -pl bench -am -Dmaven.test.skip=true package >&2 # checked by the build, not by measuring
    touch "$jar"
fi
java=$(.mvn/find-jdk)/bin/java
