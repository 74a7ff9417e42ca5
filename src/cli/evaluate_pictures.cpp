#include "cli/evaluate_pictures.hpp"

#include <algorithm>
#include <filesystem>
#include <variant>

#include "cli/data_options.hpp"
#include "cli/plot/confusion_picture.hpp"
#include "cli/plot/convergence_picture.hpp"
#include "cli/plot/decision_picture.hpp"
#include "cli/plot/picture_file.hpp"
#include "cli/plot/regression_picture.hpp"
#include "cli/plot/reliability_picture.hpp"
#include "cli/plot/residual_picture.hpp"
#include "cli/plot/threshold_curves.hpp"
#include "cli/predictions.hpp"
#include "cli/quality.hpp"
#include "cli/solver_course.hpp"

namespace mercer::cli {
namespace {

const std::string held_out = "of rows held out";

class Pictures {
 public:
  Pictures(const std::string& folder, const Evaluated& evaluated, const Session& session)
      : folder_(folder), own_(evaluated), session_(session), task_(task_of(evaluated.fit.kind)) {
    if (task_ == Task::regression || own_.data.y.is_empty()) return;
    labels_ = class_codes(own_.data.y);
    classes_ = arma::unique(labels_);
  }

  std::vector<std::string> draw() {
    if (task_ == Task::regression) {
      draw_values();
    } else if (labels_.is_empty()) {
      leave_out("confusion.svg", "the rows have no target");
    } else {
      draw_classes();
    }
    draw_fit();
    return std::move(paths_);
  }

 private:
  void write(const std::string& name, const std::string& content) {
    paths_.push_back((std::filesystem::path(folder_) / name).string());
    plot::write_picture(paths_.back(), content);
    session_.note("wrote " + paths_.back());
  }

  void leave_out(const std::string& name, const std::string& reason) const {
    const bool several = name.find(" and ") != std::string::npos;
    session_.note(name + (several ? " are" : " is") + " not drawn: " + reason);
  }

  std::string name_of_class(arma::sword code) const {
    if (task_ == Task::classification) return class_name(own_.data.layout, code);
    return code > 0 ? "+1" : "-1 (novelty)";
  }

  std::string target() const {
    return own_.data.target_name.empty() ? "target" : own_.data.target_name;
  }

  void draw_values() {
    const arma::vec predicted = own_.predicted.values.col(0);
    write("predicted_against_true.svg",
          plot::regression_picture({.title = "Predictions " + held_out,
                                    .target = target(),
                                    .truth = own_.data.y,
                                    .predicted = predicted,
                                    .standard_deviation = own_.predicted.standard_deviations}));
    write("residuals.svg", plot::residual_picture("Errors " + held_out, target(),
                                                  arma::vec(own_.data.y - predicted)));
  }

  // Where classes(c) is among the classes of the target and those that were predicted.
  static arma::uvec places(const arma::ivec& codes, const arma::ivec& classes) {
    arma::uvec out(codes.n_elem);
    for (index_t i = 0; i < codes.n_elem; ++i) {
      out(i) = static_cast<arma::uword>(std::lower_bound(classes.begin(), classes.end(), codes(i)) -
                                        classes.begin());
    }
    return out;
  }

  std::vector<std::string> names_of(const arma::ivec& classes) const {
    std::vector<std::string> out;
    for (const arma::sword code : classes) out.push_back(name_of_class(code));
    return out;
  }

  void draw_classes() {
    const arma::ivec all = arma::unique(arma::join_cols(labels_, own_.predicted.labels));
    const arma::uvec truth = places(labels_, all), predicted = places(own_.predicted.labels, all);
    arma::umat counts(all.n_elem, all.n_elem, arma::fill::zeros);
    for (index_t i = 0; i < truth.n_elem; ++i) ++counts(truth(i), predicted(i));
    write("confusion.svg", plot::confusion_picture({.title = "Predictions " + held_out,
                                                    .class_names = names_of(all),
                                                    .counts = counts}));
    draw_curves();
    draw_reliability();
  }

  plot::ClassScores scores_of(arma::sword code, const arma::vec& values) const {
    return {name_of_class(code), arma::conv_to<arma::uvec>::from(labels_ == code), values};
  }

  // A score for the larger of two classes, or one for each class against the rest.
  std::vector<plot::ClassScores> class_scores() const {
    const Prediction& said = own_.predicted;
    const bool two = classes_.n_elem == 2;
    std::vector<plot::ClassScores> out;
    if (two && task_ == Task::novelty) {  // which are to be found
      out.push_back(scores_of(-1, -said.decision_values.col(0)));
    } else if (two && said.decision_values.n_cols == 1) {
      out.push_back(scores_of(classes_(1), said.decision_values.col(0)));
    } else if (!said.probabilities.is_empty()) {
      for (index_t c = two ? 1 : 0; c < said.classes.n_elem; ++c) {
        out.push_back(scores_of(said.classes(c), said.probabilities.col(c)));
      }
    } else if (own_.fit.against_rest && said.decision_values.n_cols == classes_.n_elem) {
      for (index_t c = 0; c < classes_.n_elem; ++c) {
        out.push_back(scores_of(classes_(c), said.decision_values.col(c)));
      }
    }
    return out;
  }

  void draw_curves() {
    if (classes_.n_elem < 2) {
      return leave_out("roc.svg and precision_recall.svg", "the target has one class only");
    }
    const std::vector<plot::ClassScores> scores = class_scores();
    if (scores.empty()) {
      return leave_out("roc.svg and precision_recall.svg",
                       "pairs of classes give no score for one class; --probabilities and "
                       "--against-rest do");
    }
    write("roc.svg", plot::roc_picture("ROC " + held_out, scores));
    write("precision_recall.svg",
          plot::precision_recall_picture("Precision and recall " + held_out, scores));
  }

  void draw_reliability() {
    const Prediction& said = own_.predicted;
    if (said.probabilities.is_empty()) {
      if (task_ == Task::classification) leave_out("reliability.svg", "there are no probabilities");
      return;
    }
    if (said.classes.n_elem != 2) return leave_out("reliability.svg", "it is of two classes");
    write("reliability.svg",
          plot::reliability_picture(
              {.title = "Probabilities " + held_out,
               .class_name = name_of_class(said.classes(1)),
               .probability = said.probabilities.col(1),
               .positive = arma::conv_to<arma::uvec>::from(labels_ == said.classes(1))}));
  }

  // The pictures of one model, which is fitted to all rows.
  void draw_fit() {
    const std::optional<Scaler<double>> scaler = learn_scaling(own_.scaling, own_.data.X);
    const Mat<double> X = scaled(scaler, own_.data.X);
    plot::ProgressTrace trace;
    AnyModel model = make_model(own_.fit, kernel_for(own_.fit, X, own_.data.y), own_.data.y,
                                own_.data.layout.class_names, session_.threads,
                                listening(trace, session_.progress()));
    const Report report = fit(model, X, own_.data.y);
    if (!cli::is_fitted(model) || report.status == Status::stopped) {
      return leave_out("convergence.svg", "the fit to all rows has not ended");
    }
    const auto* svc = std::get_if<Svc<double>>(&model);
    if (svc != nullptr && svc->classes().n_elem > 2) {
      const LongestProblem longest = follow_longest(
          *svc, X, labels_, [&](arma::sword code) { return name_of_class(code); },
          session_.progress());
      draw_course(longest.title, longest.trace, longest.report);
    } else {
      add_end(trace, report);
      draw_course("Fit to all rows", trace, report);
    }
    if (task_ == Task::regression) return;
    if (X.n_rows != 2) {
      return leave_out("regions.svg",
                       "the rows have " + std::to_string(X.n_rows) + " features, it shows two");
    }
    draw_regions(model, scaler);
  }

  void draw_course(const std::string& title, const plot::ProgressTrace& trace,
                   const Report& report) {
    const auto longest = std::ranges::max_element(
        trace.stages(), {}, [](const auto& stage) { return stage.records.size(); });
    if (longest == trace.stages().end() || longest->name == "cholesky") {
      return leave_out("convergence.svg",
                       "a factor has nothing that converges (" + report.method + ")");
    }
    std::string criterion = criterion_of(longest->name);
    if (task_ == Task::regression && longest->name == "smo") {
      criterion += " (in units of " + target() + ")";
    }
    write("convergence.svg",
          plot::convergence_picture(title + " (" + report.method + ")", criterion, trace));
  }

  void draw_regions(const AnyModel& model, const std::optional<Scaler<double>>& scaler) {
    const arma::ivec classes = task_ == Task::novelty ? arma::ivec{-1, 1} : classes_of(model);
    const auto decide = [&](const arma::mat& points) {
      const Prediction said = predict(model, scaled(scaler, points));
      plot::Decisions out{places(said.labels, classes), {}};
      if (said.decision_values.n_cols == 1) out.values = said.decision_values.col(0);
      return out;
    };
    const std::vector<std::string>& names = own_.data.feature_names;
    const arma::uvec predicted = decide(own_.data.X).classes;
    plot::DecisionPlane plane{.title = "Decisions of the fit to all rows",
                              .x_name = names.empty() ? "feature 1" : names[0],
                              .y_name = names.empty() ? "feature 2" : names[1],
                              .class_names = names_of(classes),
                              .points = own_.data.X,
                              .labels = labels_.is_empty() ? predicted : places(labels_, classes),
                              .predicted = predicted,
                              .support = {}};
    if (const auto* svc = std::get_if<Svc<double>>(&model)) plane.support = svc->support_indices();
    write("regions.svg", plot::decision_picture(plane, decide));
  }

  const std::string& folder_;
  const Evaluated& own_;
  const Session& session_;
  Task task_;
  arma::ivec labels_;   // empty of values, and without a target
  arma::ivec classes_;  // those of labels_
  std::vector<std::string> paths_;
};

}  // namespace

std::vector<std::string> draw(const std::string& folder, const Evaluated& evaluated,
                              const Session& session) {
  return Pictures(folder, evaluated, session).draw();
}

}  // namespace mercer::cli
