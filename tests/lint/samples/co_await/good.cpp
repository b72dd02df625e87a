// A comment may say co_await f(Entry{1}); and a string too.
awaitable<Result<Entry>> walk(Store& store, std::vector<Token> tokens) {
    const Entry entry{1, "x"};
    auto work = [&store] { return store.size(); };
    co_await store.append(std::move(entry), tokens[0], table[tokens[1]]);
    co_await store.run(std::move(work), "co_await f(Entry{1})", '{', 1'000);
    co_await store.run([] { return Entry{1}; });
    co_spawn(executor, [&store]() -> awaitable<void> { co_await store.flush(); }, detached);
    if (const auto found = co_await store.find(tokens[0]); !found) {
        co_return Error{ErrorCode::not_found, "{"};
    }
    for (auto& token : tokens) {
        co_await token.probe();
    }
    try {
        co_return co_await store.last();
    } catch (const std::exception&) {
        log(Entry{1});
    }
    do { ready = co_await store.ready(); } while (!ready && more(Entry{1}));
    struct Local { int a = 0; };
    const bool done = co_await store.flush();
    [[maybe_unused]] const auto size = co_await store.size();
    co_return Entry{1};
}
