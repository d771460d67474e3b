import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The ledger's peer: what Kafka Streams (exactly_once_v2) needs for the same traffic, with the decision left out. For
 * each command it reads the task's row from a state store, writes a row of the ledger's size, chains a SHA-256 over an
 * event of the ledger's size, and forwards that event. The store's changelog is its duban.tasks.
 *
 *   java -cp 'LIBS/*' LedgerStreams.java BROKERS PREFIX rocks|memory STATE_DIR ROW_BYTES EVENT_BYTES COMMIT_MS
 *
 * <PREFIX>tasks fills the store, <PREFIX>commands are the commands, <PREFIX>events takes what comes out. Prints a line of JSON
 * when the store is restored, and for each line read from standard input one with the counts so far; ends with the input.
 */
public final class LedgerStreams {
    private static final int HASH_BYTES = 32;
    private static final AtomicLong commands = new AtomicLong();
    private static final AtomicLong rows = new AtomicLong();
    private static volatile long restoreBegan;
    private static volatile long restoreEnded;
    private static final AtomicLong restored = new AtomicLong();

    private static final class Loader implements Processor<byte[], byte[], byte[], byte[]> {
        private KeyValueStore<byte[], byte[]> tasks;

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            tasks = context.getStateStore("tasks");
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            tasks.put(record.key(), record.value());
            rows.incrementAndGet();
        }
    }

    private static final class Ledger implements Processor<byte[], byte[], byte[], byte[]> {
        private final byte[] row;
        private final byte[] event;
        private final MessageDigest sha256;
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<byte[], byte[]> tasks;

        Ledger(int rowBytes, int eventBytes) {
            row = new byte[rowBytes];
            event = new byte[eventBytes];
            new Random(1).nextBytes(row);
            new Random(2).nextBytes(event);
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            this.context = context;
            tasks = context.getStateStore("tasks");
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            byte[] before = tasks.get(record.key());
            byte[] after = row.clone();
            sha256.update(event);
            if (before != null) sha256.update(before, 0, Math.min(HASH_BYTES, before.length));
            try {
                sha256.digest(after, 0, HASH_BYTES);
            } catch (DigestException e) {
                throw new IllegalStateException(e);
            }
            tasks.put(record.key(), after);
            context.forward(record.withValue(event.clone()));
            commands.incrementAndGet();
        }
    }

    private static final class Restores implements StateRestoreListener {
        @Override
        public synchronized void onRestoreStart(TopicPartition partition, String store, long from, long to) {
            if (restoreBegan == 0) restoreBegan = System.nanoTime();
        }

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long to, long count) {
            restored.addAndGet(count);
        }

        @Override
        public synchronized void onRestoreEnd(TopicPartition partition, String store, long total) {
            restoreEnded = System.nanoTime();
        }
    }

    private static Properties settings(String brokers, String prefix, String stateDir, String commitMs) {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "streams");
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMs);
        p.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
        p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, "1");
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0"); // every row goes to the changelog, as the ledger's does
        p.put("consumer.auto.offset.reset", "earliest");
        p.put("consumer.max.poll.records", "5000");
        p.put("producer.linger.ms", "5");
        p.put("producer.batch.size", "1000000");
        return p;
    }

    private static Topology topology(String prefix, boolean inMemory, int rowBytes, int eventBytes) {
        KeyValueBytesStoreSupplier store = inMemory ? Stores.inMemoryKeyValueStore("tasks") : Stores.persistentKeyValueStore("tasks");
        Topology topology = new Topology();
        topology.addSource("rows", new ByteArrayDeserializer(), new ByteArrayDeserializer(), prefix + "tasks");
        topology.addSource("commands", new ByteArrayDeserializer(), new ByteArrayDeserializer(), prefix + "commands");
        topology.addProcessor("loader", Loader::new, "rows");
        topology.addProcessor("ledger", () -> new Ledger(rowBytes, eventBytes), "commands");
        topology.addStateStore(Stores.keyValueStoreBuilder(store, Serdes.ByteArray(), Serdes.ByteArray()), "loader", "ledger");
        topology.addSink("events", prefix + "events", new ByteArraySerializer(), new ByteArraySerializer(), "ledger");
        return topology;
    }

    private static long statusBytes(String field) throws java.io.IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith(field + ":")) return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
        return 0;
    }

    private static void tell() throws java.io.IOException {
        var system = (com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("{\"commands\":%d,\"rows\":%d,\"restored\":%d,\"restore_seconds\":%.3f,\"cpu_seconds\":%.3f,\"rss_bytes\":%d,\"heap_bytes\":%d}%n",
            commands.get(), rows.get(), restored.get(), (restoreEnded - restoreBegan) / 1e9, system.getProcessCpuTime() / 1e9,
            statusBytes("VmRSS"), runtime.totalMemory() - runtime.freeMemory());
    }

    public static void main(String[] args) throws Exception {
        String prefix = args[1];
        KafkaStreams streams = new KafkaStreams(topology(prefix, args[2].equals("memory"), Integer.parseInt(args[4]), Integer.parseInt(args[5])),
            settings(args[0], prefix, args[3], args[6]));
        streams.setGlobalStateRestoreListener(new Restores());
        streams.start();
        while (streams.state() != KafkaStreams.State.RUNNING) Thread.sleep(5);
        tell();
        var input = new java.io.BufferedReader(new java.io.InputStreamReader(System.in));
        for (String line; (line = input.readLine()) != null;) {
            if (line.equals("collect")) System.gc();
            tell();
        }
        streams.close(Duration.ofSeconds(60));
    }
}
