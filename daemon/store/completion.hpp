// The way back from the store's threads to whoever waits: calls the handler exactly once, on the handler's own
// executor, and keeps that executor running until then.
#pragma once
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <utility>

namespace seald {

template <class T>
class Completion {
  public:
    template <class Handler>
    explicit Completion(Handler handler)
        : executor_(boost::asio::prefer(boost::asio::any_io_executor(boost::asio::get_associated_executor(handler)),
                                        boost::asio::execution::outstanding_work.tracked)),
          handler_(std::move(handler)) {}

    void operator()(T value) {
        boost::asio::post(std::exchange(executor_, {}),
                          [handler = std::move(handler_), value = std::move(value)]() mutable {
                              std::move(handler)(std::move(value));
                          });
    }

  private:
    boost::asio::any_io_executor executor_;
    boost::asio::any_completion_handler<void(T)> handler_;
};

}  // namespace seald
