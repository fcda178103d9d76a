// suoi serve: the process that phones talk to.

#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "app_files.hpp"
#include "background_worker.hpp"
#include "commands.hpp"
#include "metrics.hpp"
#include "suoi/mobile_api/api.hpp"
#include "suoi/server/http_server.hpp"
#include "suoi/server/tls.hpp"
#include "suoi/server/write_queue.hpp"

namespace suoi::server {
namespace {

struct ServeOptions {
  std::string listen = "127.0.0.1:8443";
  std::string app;
  std::string certificate;
  std::string key;
  std::string address;
  std::vector<std::string> hosts;
  bool plain_http = false;
  std::size_t connections = Limits{}.threads_max;
  std::size_t connections_per_address = Limits{}.connections_per_address;
};

// SIGTERM and SIGINT are taken from all threads that start afterwards and wait here to be asked for.
class StopSignal {
 public:
  StopSignal() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGTERM);
    ::sigaddset(&signals_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  void wait() const {
    int received = 0;
    ::sigwait(&signals_, &received);
  }

 private:
  sigset_t signals_{};
};

std::pair<std::string, std::uint16_t> host_and_port(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  const std::string digits = colon == std::string::npos ? "" : listen.substr(colon + 1);
  const bool number =
      !digits.empty() && digits.size() <= 5 && digits.find_first_not_of("0123456789") == std::string::npos;
  if (!number || std::stoi(digits) > 65'535) throw UsageFault("--listen takes HOST:PORT, for example 127.0.0.1:8443");
  std::string host = listen.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {host, static_cast<std::uint16_t>(std::stoi(digits))};
}

bool is_loopback(const std::string& host) {
  return host == "127.0.0.1" || host == "::1" || host == "localhost";
}

void log_line(const std::string& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::cerr << line << std::endl;
}

Options front_options(const ServeOptions& options, std::shared_ptr<TlsContext> tls) {
  const auto [host, port] = host_and_port(options.listen);
  Options front;
  front.listen_host = host;
  front.listen_port = port;
  front.tls = std::move(tls);
  front.limits.threads_max = options.connections;
  front.limits.connections_per_address = options.connections_per_address;
  front.log = log_line;
  front.on_fault = [](const std::string& incident, const std::string& text) {
    log_line(nlohmann::json{{"event", "fault"}, {"incident", incident}, {"text", text}}.dump());
  };
  return front;
}

struct Secured {
  std::shared_ptr<TlsContext> tls;
  std::string ca;
  std::string fingerprint;
};

Secured secure(const Instance& instance, const ServeOptions& options) {
  const std::string host = host_and_port(options.listen).first;
  if (options.plain_http) {
    if (!is_loopback(host)) throw UsageFault("--plain-http is for loopback only; phones need TLS");
    return {};
  }
  if (options.certificate.empty() != options.key.empty()) throw UsageFault("--certificate and --key go together");
  if (!options.certificate.empty()) {
    return {std::make_shared<TlsContext>(CertificateFiles{options.certificate, options.key}), "", ""};
  }
  std::vector<std::string> hosts = options.hosts;
  if (host != "0.0.0.0" && host != "::" && !is_loopback(host)) hosts.push_back(host);
  const TrialCertificate trial =
      ensure_trial_certificate(instance.directory(), hosts, std::chrono::system_clock::now());
  return {std::make_shared<TlsContext>(trial.files), trial.ca.string(), trial.ca_fingerprint};
}

// Where the build, or the package, puts the web app beside the program.
std::filesystem::path bundled_app() {
  std::error_code unknown;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  for (const std::filesystem::path& folder :
       {program.parent_path().parent_path() / "app", program.parent_path().parent_path() / "share" / "suoi" / "app"}) {
    if (std::filesystem::exists(folder / "index.html")) return folder;
  }
  return {};
}

std::unique_ptr<AppFiles> app_files(const ServeOptions& options, mobile_api::Handler& next) {
  const std::filesystem::path folder = options.app.empty() ? bundled_app() : std::filesystem::path(options.app);
  if (!folder.empty()) return std::make_unique<AppFiles>(folder, next);
  std::cerr << "suoi: serving without the web app; build it, or name its folder with --app" << std::endl;
  return nullptr;
}

void announce(const Shared& shared, const std::string& address, const Secured& secured) {
  nlohmann::ordered_json line{{"listening", address}};
  if (!secured.ca.empty()) line.update({{"ca", secured.ca}, {"fingerprint", secured.fingerprint}});
  std::string words = "Listening on " + address + ". Stop with Ctrl-C.";
  if (!secured.ca.empty()) {
    words += "\nThis is a trial certificate of the server's own authority. Phones have to trust " + secured.ca +
             "\nFingerprint (SHA-256): " + secured.fingerprint;
  }
  words += "\nTo try: open " + address +
           " in a browser and join with an invitation; one more comes from\n  suoi invite --data " + shared.data +
           " --name NAME --role volunteer --unit 2025:03442";
  shared.say(line, words);
}

// One descriptor for each connection, and some for the store.
void allow_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// A store at rest lies in one file whose pages have seals.
void move_log(storage::Store& store) {
  try {
    store.scrub();
  } catch (const storage::StoreFault& fault) {  // it is just as durable in the log
    log_line(nlohmann::json{{"event", "log_not_moved"}, {"fault", fault.what()}}.dump());
  }
}

int serve(const Shared& shared, const ServeOptions& options) {
  if (!options.address.empty() && (options.address.rfind("https://", 0) != 0 || options.address.back() == '/')) {
    throw UsageFault("--address is an address such as https://suoi.example");
  }
  const StopSignal stop;
  ::signal(SIGPIPE, SIG_IGN);
  allow_descriptors();
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a fault of one request, not the end of all
  Instance instance(shared.data, Instance::Start::serve);
  const Secured secured = secure(instance, options);
  WriteQueue writer(instance.store(), Ballast(instance.directory()));
  mobile_api::Api api(instance.service(writer));
  const BackgroundWorker worker(instance.service(writer), log_line);
  MetricsHandler operations(api, instance.service(writer), writer);
  const auto app = app_files(options, operations);
  HttpServer server(app ? static_cast<mobile_api::Handler&>(*app) : operations, front_options(options, secured.tls));
  operations.watch(server);
  server.start();
  std::string host = host_and_port(options.listen).first;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  const std::string address = (secured.tls ? "https://" : "http://") + host + ":" + std::to_string(server.port());
  instance.remember_address(options.address.empty() ? address : options.address);
  announce(shared, address, secured);
  stop.wait();
  server.stop();
  move_log(instance.store());
  return 0;
}

}  // namespace

void add_serve_verb(CLI::App& app, Verb& chosen) {
  auto* verb = app.add_subcommand("serve", "Serve phones and desks until stopped");
  auto options = std::make_shared<ServeOptions>();
  verb->add_option("--listen", options->listen, "Where to listen; port 0 picks one")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  verb->add_option("--app", options->app, "Folder of the built web app; else the one beside the program")
      ->type_name("DIR");
  verb->add_flag("--plain-http", options->plain_http, "Without TLS; on loopback only");
  verb->add_option("--certificate", options->certificate, "Certificate chain (PEM) instead of the trial one")
      ->type_name("FILE");
  verb->add_option("--key", options->key, "Its private key (PEM)")->type_name("FILE");
  verb->add_option("--address", options->address,
                   "Where people reach the server, if not where it listens; invitations and certificates name it")
      ->type_name("URL");
  verb->add_option("--connections", options->connections, "Phones held at once; whoever comes then is told to wait")
      ->type_name("N")
      ->check(CLI::Range(16, 30'000))
      ->capture_default_str();
  verb->add_option("--connections-per-address", options->connections_per_address,
                   "Of these for one address; 0: no limit. Loopback, where a proxy may stand, has none")
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--host", options->hosts, "Another name or address for the trial certificate")->type_name("NAME");
  verb->callback([&chosen, options] { chosen = [options](const Shared& shared) { return serve(shared, *options); }; });
}

}  // namespace suoi::server
